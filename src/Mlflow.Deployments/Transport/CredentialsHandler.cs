using System.Net.Http.Headers;

namespace Mlflow.Deployments.Transport;

/// <summary>Puts credentials and the caller's headers on each request.</summary>
internal sealed class CredentialsHandler : DelegatingHandler
{
    private readonly AuthenticationHeaderValue? _fixed;
    private readonly Func<CancellationToken, ValueTask<string>>? _provider;
    private readonly KeyValuePair<string, string>[] _headers;

    public CredentialsHandler(DeployTarget target, DeployClientOptions options, HttpMessageHandler inner)
        : base(inner)
    {
        _provider = options.TokenProvider;
        _fixed = Choose(target, options);
        _headers = [.. options.DefaultHeaders];
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = _provider is null
            ? _fixed
            : new("Bearer", await _provider(cancellationToken).ConfigureAwait(false));
        foreach (var (name, value) in _headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    // The order of MLflow's Python client: credentials in the address, then Basic, then Bearer.
    private static AuthenticationHeaderValue? Choose(DeployTarget target, DeployClientOptions options) => options switch
    {
        _ when target.Credentials is not null => target.Credentials,
        { Username: { } user, Password: { } password } => DeployTarget.Basic($"{user}:{password}"),
        { Token: { Length: > 0 } token } => new("Bearer", token),
        _ => null,
    };
}
