using System.Runtime.CompilerServices;
using Mlflow.Deployments.Dialects;
using Mlflow.Deployments.Telemetry;
using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments;

/// <content>What calls are observed by. Apart from the calls themselves, so that these cost nothing more when nobody listens.</content>
public sealed partial class DeployClient
{
    /// <summary>Gets what the client's operations are observed with.</summary>
    internal ClientTelemetry Telemetry { get; }

    private async Task<T> ObserveAsync<T>(
        string endpoint, RequestKind kind, JsonBody body, BodyParser<T> parse, bool isTriedOnce, CancellationToken cancellationToken)
    {
        using var operation = Telemetry.Start(kind, endpoint, body, OperationShape.Call);
        try
        {
            var answer = await AskAsync(endpoint, kind, body, parse, isTriedOnce, cancellationToken).ConfigureAwait(false);
            operation.Answered(answer);
            return answer;
        }
        catch (Exception e)
        {
            operation.Failed(e);
            throw;
        }
    }

    private async IAsyncEnumerable<T> ObserveAsync<T>(
        string endpoint, RequestKind kind, JsonBody body, IAsyncEnumerable<T> chunks, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        using var operation = Telemetry.Start(kind, endpoint, body, OperationShape.Stream);
        await foreach (var chunk in ObserveAsync(operation, chunks, cancellationToken).ConfigureAwait(false))
        {
            yield return chunk;
        }
    }

    private async IAsyncEnumerable<DeploymentEndpoint> ObserveListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var operation = Telemetry.Start(Names.ListEndpoints, shape: OperationShape.List);
        await foreach (var endpoint in ObserveAsync(operation, ListAsync(cancellationToken), cancellationToken).ConfigureAwait(false))
        {
            yield return endpoint;
        }
    }

    private async Task<DeploymentEndpoint> ObserveGetAsync(string name, CancellationToken cancellationToken)
    {
        using var operation = Telemetry.Start(Names.GetEndpoint, name);
        try
        {
            var endpoint = await GetAsync(name, cancellationToken).ConfigureAwait(false);
            operation.Completed();
            return endpoint;
        }
        catch (Exception e)
        {
            operation.Failed(e);
            throw;
        }
    }

    private async Task<GatewayHealth> ObserveHealthAsync(CancellationToken cancellationToken)
    {
        using var operation = Telemetry.Start(Names.GetHealth);
        try
        {
            var health = await CheckHealthAsync(cancellationToken).ConfigureAwait(false);
            operation.Found(health);
            return health;
        }
        catch (Exception e)
        {
            operation.Failed(e);
            throw;
        }
    }

    // By hand, since a loop that yields cannot catch. What an iterator makes current is current until it hands a piece out, and no longer.
    private static async IAsyncEnumerable<T> ObserveAsync<T>(Operation operation, IAsyncEnumerable<T> pieces, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        var reader = pieces.GetAsyncEnumerator(cancellationToken);
        await using (reader.ConfigureAwait(false))
        {
            while (true)
            {
                operation.Enter();
                try
                {
                    if (!await reader.MoveNextAsync().ConfigureAwait(false))
                    {
                        operation.Completed();
                        yield break;
                    }
                }
                catch (Exception e)
                {
                    operation.Failed(e);
                    throw;
                }

                operation.Received(reader.Current);
                yield return reader.Current;
            }
        }
    }
}
