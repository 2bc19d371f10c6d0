using System.Runtime.CompilerServices;
using System.Text.Json;
using Mlflow.Deployments.Errors;
using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments;

public sealed partial class DeployClient
{
    /// <inheritdoc />
    public IAsyncEnumerable<DeploymentEndpoint> ListEndpointsAsync(CancellationToken cancellationToken = default) =>
        Telemetry.IsObserved ? ObserveListAsync(cancellationToken) : ListAsync(cancellationToken);

    /// <inheritdoc />
    public Task<DeploymentEndpoint> GetEndpointAsync(string name, CancellationToken cancellationToken = default)
    {
        Arguments.CheckEndpoint(name, nameof(name));
        return Telemetry.IsObserved ? ObserveGetAsync(name, cancellationToken) : GetAsync(name, cancellationToken);
    }

    /// <inheritdoc />
    public Task<GatewayHealth> GetHealthAsync(CancellationToken cancellationToken = default) =>
        Telemetry.IsObserved ? ObserveHealthAsync(cancellationToken) : CheckHealthAsync(cancellationToken);

    private async IAsyncEnumerable<DeploymentEndpoint> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var dialect = await _dialects.GetAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var endpoint in dialect.ListEndpointsAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return endpoint;
        }
    }

    private async Task<DeploymentEndpoint> GetAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var dialect = await _dialects.GetAsync(cancellationToken).ConfigureAwait(false);
        return await dialect.GetEndpointAsync(name, cancellationToken).ConfigureAwait(false);
    }

    private async Task<GatewayHealth> CheckHealthAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var isShorter = _options.Timeout != Timeout.InfiniteTimeSpan && _options.Timeout < Defaults.HealthTimeout;
        using var limit = new TimeLimit(ErrorFactory.HealthOption, isShorter ? _options.Timeout : Defaults.HealthTimeout, _options.TimeProvider, cancellationToken);
        var call = CallContext.ForServer("The health of the server", _target);
        try
        {
            var dialect = await _dialects.GetAsync(limit.Token).ConfigureAwait(false);
            using var response = await dialect.GetHealthAsync(limit.Token).ConfigureAwait(false);
            using var body = await Answer.ReadStartAsync(response, cancellationToken, limit.Token).ConfigureAwait(false);
            limit.Token.ThrowIfCancellationRequested(); // a body that does not come is no sign of health
            return response.IsSuccessStatusCode
                ? new() { IsHealthy = true, Status = StatusWord(body.Span), StatusCode = response.StatusCode }
                : new() { IsHealthy = false, Status = StatusWord(body.Span), StatusCode = response.StatusCode, Error = ErrorFactory.FromResponse(response, body.Span, call, _options.TimeProvider).Message };
        }
        catch (Exception e) when (Failures.Translate(e, call, limit, cancellationToken) is DeployException failure)
        {
            return new() { IsHealthy = false, Error = failure.Message };
        }
        catch (OperationCanceledException e) when (e.CancellationToken != cancellationToken)
        {
            throw Failures.Translate(e, call, limit, cancellationToken); // with the caller's own token
        }
    }

    // {"status": "OK"} of a YAML gateway, or the bare word of a tracking server.
    private static string? StatusWord(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        try
        {
            if (JsonElement.TryParseValue(ref reader, out var element)
                && element.Value is { ValueKind: JsonValueKind.Object } fields
                && fields.TryGetProperty("status", out var status)
                && status.ValueKind == JsonValueKind.String)
            {
                return status.GetString();
            }
        }
        catch (InvalidOperationException)
        {
            return null; // a text that is no UTF-8
        }
        catch (JsonException)
        {
            // Not JSON: a word, if it is short and in one piece.
            var text = System.Text.Encoding.UTF8.GetString(body[..Math.Min(body.Length, 64)]).Trim();
            return text.Length is > 0 and <= 32 && text.All(char.IsLetterOrDigit) ? text : null;
        }

        return null;
    }
}
