using Microsoft.Extensions.Logging;
using Mlflow.Deployments.Telemetry;
using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments.Dialects;

/// <summary>
/// Knows which dialect a server speaks, or finds it out: a tracking server tells its version at <c>/version</c>, a YAML gateway has no such
/// route. One probe serves all calls that wait for it, and its answer is remembered.
/// </summary>
internal sealed class DialectResolver
{
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly HttpClient _http;
    private readonly DeployTarget _target;
    private readonly Caller _caller;
    private readonly DeployClientOptions _options;
    private readonly ILogger _logger;
    private IDialect? _known;
    private Task<IDialect>? _probe;

    public DialectResolver(HttpClient http, DeployTarget target, Caller caller, DeployClientOptions options, ILogger logger)
    {
        _http = http;
        _target = target;
        _caller = caller;
        _options = options;
        _logger = logger;
        _known = (options.Dialect ?? target.Dialect) is { } dialect ? Create(dialect) : null;
    }

    /// <summary>Gets the dialect; null as long as it has to be found out.</summary>
    public IDialect? Known => Volatile.Read(ref _known);

    public ValueTask<IDialect> GetAsync(CancellationToken cancellationToken)
    {
        if (Known is { } known)
        {
            return new(known);
        }

        lock (_gate)
        {
            if (_probe is null or { IsCompleted: true })
            {
                _probe = ProbeAsync();
            }

            // A caller who leaves does not take the probe from the others.
            return new(_probe.WaitAsync(cancellationToken));
        }
    }

    private async Task<IDialect> ProbeAsync()
    {
        await Task.Yield(); // out of the lock
        var gateway = Create(DeployDialect.MlflowGateway);
        using var limit = new CancellationTokenSource(ProbeTimeout, _options.TimeProvider);
        try
        {
            using var response = await _http.GetAsync(new Uri("version", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
            using var body = await Answer.ReadStartAsync(response, CancellationToken.None, limit.Token).ConfigureAwait(false);
            if (response.IsSuccessStatusCode && IsVersion(body.Span))
            {
                return Remember(Create(DeployDialect.MlflowServer));
            }

            // Trouble in front of the server (401, 429, 5xx) says nothing about it: this call goes on with the usual kind, and the next one asks again.
            return response.IsSuccessStatusCode || response.StatusCode == System.Net.HttpStatusCode.NotFound ? Remember(gateway) : gateway;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            // The call itself is about to meet the same trouble, and will say so with all its context.
            _logger.ProbeEnded(_target, e);
            return gateway;
        }
    }

    private IDialect Remember(IDialect dialect)
    {
        Volatile.Write(ref _known, dialect);
        return dialect;
    }

    // "3.11.2.dev0": the bare text, nothing around it.
    private static bool IsVersion(ReadOnlySpan<byte> body)
    {
        var text = body.Trim(" \t\r\n\""u8);
        return text.Length is > 0 and < 64 && char.IsAsciiDigit((char)text[0]) && text.Contains((byte)'.') && !text.ContainsAny(" {<"u8);
    }

    // One line for each dialect.
    private IDialect Create(DeployDialect dialect) => dialect switch
    {
        DeployDialect.MlflowGateway => new MlflowGatewayDialect(_http, _target, _caller),
        DeployDialect.MlflowServer => new MlflowServerDialect(_http, _target, _caller),
        DeployDialect.Databricks => new DatabricksDialect(_http, _target, _caller),
        DeployDialect.OpenAI => new OpenAIDialect(_http, _target, _caller),
        _ => throw new ArgumentOutOfRangeException(nameof(dialect), dialect, "There is no such dialect."),
    };
}
