using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace Mlflow.Deployments.Gateway.Http;

/// <summary>
/// Kestrel's sockets, with doors that can be closed before the server ends. Kestrel alone closes its listeners and its idle connections in one step: a client
/// that has just connected, and that is not let in yet or whose request is still on its way, would be reset.
/// </summary>
internal sealed class DrainingTransport : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private static readonly object NewcomerKey = new();

    private readonly SocketTransportFactory _sockets;
    private readonly List<Socket> _doors = [];
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isDraining;

    // Listeners that still let connections in, and connections of the draining whose request has not come.
    private int _pending;

    public DrainingTransport(ILoggerFactory loggerFactory) =>
        _sockets = new SocketTransportFactory(Options.Create(new SocketTransportOptions { CreateBoundListenSocket = OpenDoor }), loggerFactory);

    public bool CanBind(EndPoint endpoint) => _sockets.CanBind(endpoint);

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        IConnectionListener listener = await _sockets.BindAsync(endpoint, cancellationToken);
        Interlocked.Increment(ref _pending);
        return new Listener(this, listener);
    }

    /// <summary>From now on requests of new connections are waited for.</summary>
    public void BeginDraining() => _isDraining = true;

    /// <summary>To be called with each request of the draining.</summary>
    public static void OnRequest(HttpContext context)
    {
        if (context.Features.Get<IConnectionItemsFeature>()?.Items.TryGetValue(NewcomerKey, out object? newcomer) == true)
        {
            ((Newcomer)newcomer!).End();
        }
    }

    /// <summary>Lets nobody in any longer. The task ends when every connection of the draining has sent its request or has gone.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        foreach (Socket door in _doors)
        {
            // The system resets those who stand before a door that closes, so they are let in first.
            while (door.Poll(TimeSpan.Zero, SelectMode.SelectRead))
            {
                cancellationToken.ThrowIfCancellationRequested();
                await Task.Yield();
            }

            door.Dispose();
        }

        await _empty.Task.WaitAsync(cancellationToken);
    }

    private Socket OpenDoor(EndPoint endpoint)
    {
        Socket door = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        _doors.Add(door);
        return door;
    }

    private void Admit(ConnectionContext connection)
    {
        if (_isDraining)
        {
            Interlocked.Increment(ref _pending);
            var newcomer = new Newcomer(this);
            connection.Items[NewcomerKey] = newcomer;
            connection.ConnectionClosed.UnsafeRegister(static state => ((Newcomer)state!).End(), newcomer);
        }
    }

    private void EndOne()
    {
        if (Interlocked.Decrement(ref _pending) == 0)
        {
            _empty.TrySetResult();
        }
    }

    private sealed class Newcomer(DrainingTransport transport)
    {
        private DrainingTransport? _transport = transport;

        public void End() => Interlocked.Exchange(ref _transport, null)?.EndOne();
    }

    private sealed class Listener(DrainingTransport transport, IConnectionListener inner) : IConnectionListener
    {
        private readonly Newcomer _itself = new(transport);

        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            ConnectionContext? connection = await inner.AcceptAsync(cancellationToken);
            if (connection is null)
            {
                _itself.End();
            }
            else
            {
                transport.Admit(connection);
            }

            return connection;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => inner.UnbindAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
