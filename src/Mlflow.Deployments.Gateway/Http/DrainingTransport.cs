using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Mlflow.Deployments.Gateway.Http;

/// <summary>
/// Kestrel's sockets, with doors that can be closed before the server ends. Kestrel alone closes its listeners and its idle connections in one step: a client
/// that has just connected, and that is not let in yet or whose request is still on its way, would be reset.
/// </summary>
internal sealed class DrainingTransport(ILoggerFactory loggerFactory) : IConnectionListenerFactory, IConnectionListenerFactorySelector, IDisposable
{
    private static readonly object NewcomerKey = new();

    private readonly SocketConnectionContextFactory _connections =
        new(new SocketConnectionFactoryOptions(), loggerFactory.CreateLogger("Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets"));

    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isDraining;

    // Listeners that still let connections in, and connections of the draining whose request has not come.
    private int _pending;

    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        Socket? door = null;
        try
        {
            door = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            door.Listen();
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            door?.Dispose();
            throw new AddressInUseException(e.Message, e);
        }
        catch
        {
            door?.Dispose();
            throw;
        }

        Interlocked.Increment(ref _pending);
        return new(new Listener(this, door));
    }

    /// <summary>From now on requests of new connections are waited for.</summary>
    public void BeginDraining() => _isDraining = true;

    /// <summary>To be called with each request of the draining.</summary>
    public static void OnRequest(HttpContext context)
    {
        if (context.Features.Get<IConnectionItemsFeature>()?.Items.TryGetValue(NewcomerKey, out object? newcomer) == true)
        {
            ((Pending)newcomer!).End();
        }
    }

    /// <summary>Lets nobody in any longer. The task ends when every connection of the draining has sent its request or has gone.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        await _closing.CancelAsync();
        await _empty.Task.WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        _closing.Dispose();
        _connections.Dispose();
    }

    private ConnectionContext Admit(Socket socket)
    {
        socket.NoDelay = true;
        ConnectionContext connection = _connections.Create(socket);
        if (_isDraining)
        {
            Interlocked.Increment(ref _pending);
            var newcomer = new Pending(this);
            connection.Items[NewcomerKey] = newcomer;
            connection.ConnectionClosed.UnsafeRegister(static state => ((Pending)state!).End(), newcomer);
        }

        return connection;
    }

    private sealed class Pending(DrainingTransport transport)
    {
        private DrainingTransport? _transport = transport;

        public void End()
        {
            if (Interlocked.Exchange(ref _transport, null) is { } owner && Interlocked.Decrement(ref owner._pending) == 0)
            {
                owner._empty.TrySetResult();
            }
        }
    }

    private sealed class Listener(DrainingTransport transport, Socket door) : IConnectionListener
    {
        private readonly Pending _itself = new(transport);

        public EndPoint EndPoint { get; } = door.LocalEndPoint!;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (true)
            {
                try
                {
                    Socket? socket = transport._closing.IsCancellationRequested ? AcceptLast() : await door.AcceptAsync(transport._closing.Token);
                    if (socket is null)
                    {
                        break;
                    }

                    return transport.Admit(socket);
                }
                catch (OperationCanceledException) when (transport._closing.IsCancellationRequested)
                {
                    // On with those who are there already.
                }
                catch (Exception e) when (e is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
                {
                    break;
                }
                catch (SocketException)
                {
                    // The client has gone before it was let in.
                }
            }

            _itself.End();
            return null;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => DisposeAsync();

        public ValueTask DisposeAsync()
        {
            door.Dispose();
            return default;
        }

        // The system resets those who stand before a door that closes, so they are let in first. Null when there are none, and the door is closed.
        private Socket? AcceptLast()
        {
            door.Blocking = false;
            try
            {
                return door.Accept();
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.WouldBlock)
            {
                door.Dispose();
                return null;
            }
        }
    }
}
