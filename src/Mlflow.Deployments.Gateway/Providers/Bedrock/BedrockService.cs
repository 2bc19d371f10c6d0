using System.Net.Http.Headers;
using Mlflow.Deployments.Gateway.Providers.Bedrock.Aws;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.Bedrock;

/// <summary>Where Bedrock is, and what proves the gateway there.</summary>
internal sealed class BedrockService
{
    private const string Name = "bedrock";

    private readonly string _model;
    private readonly TimeProvider _clock;
    private readonly IAwsCredentialSource? _credentials;
    private readonly AuthenticationHeaderValue? _bearer;
    private readonly string? _region;
    private readonly string _base;

    public BedrockService(BedrockSettings settings, ProviderServices services)
    {
        _model = settings.Model;
        _clock = services.TimeProvider;
        if (settings.BearerToken is { } token)
        {
            _bearer = new AuthenticationHeaderValue("Bearer", token.Reveal());
            _region = settings.Region;
        }
        else
        {
            _region = settings.Region ?? AwsRegion.Find(settings.Environment);
            _credentials = CreateSource(settings, _region ?? "", services);
        }

        _base = settings.Endpoint.Length > 0 ? settings.Endpoint : AwsRegion.Address("bedrock-runtime", _region ?? "");
    }

    /// <exception cref="ProviderException">Nobody said which region it is.</exception>
    public void RequireRegion()
    {
        if (_region is null)
        {
            throw ProviderException.Refuse(
                StatusCodes.Status400BadRequest, "The AWS region of this endpoint is not known. Set aws_region in the aws_config of the gateway's file.");
        }
    }

    /// <summary>The address of an operation. The region has to be known.</summary>
    public Uri Address(string operation) => new($"{_base}/model/{Uri.EscapeDataString(_model)}/{operation}");

    /// <summary>Puts the bearer token or a signature on a request that is otherwise complete.</summary>
    public ValueTask AuthorizeAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (_credentials is { } source)
        {
            return SignAsync(request, source, cancellationToken);
        }

        request.Headers.Authorization = _bearer;
        return ValueTask.CompletedTask;
    }

    /// <summary>Takes note of credentials that have ended before their time.</summary>
    public void Drop(AwsCredentials credentials) => _credentials?.Drop(credentials);

    private async ValueTask SignAsync(HttpRequestMessage request, IAwsCredentialSource source, CancellationToken cancellationToken)
    {
        AwsCredentials credentials = await source.GetAsync(cancellationToken);
        request.Options.Set(BedrockTranslator.SignedWith, credentials);
        SignatureV4.Sign(request, ((PooledContent)request.Content!).Body, credentials, _region!, Name, _clock.GetUtcNow());
    }

    private static IAwsCredentialSource CreateSource(BedrockSettings settings, string region, ProviderServices services)
    {
        string tokenAddress = settings.TokenEndpoint.Length > 0 ? settings.TokenEndpoint : AwsRegion.Address("sts", region);
        var tokenService = new SecurityTokenService(tokenAddress, region, services.Upstream, services.TimeProvider);
        IAwsCredentialSource source = settings.Keys is { } keys
            ? new FixedCredentialSource(keys)
            : new FetchedCredentialSource(new DefaultCredentialChain(settings.Environment, tokenService, services).FindAsync, services.TimeProvider);
        return settings.RoleArn is not { } role ? source : new FetchedCredentialSource(
            async cancellationToken => await tokenService.AssumeRoleAsync(
                role, BedrockSettings.SessionName, settings.SessionSeconds, await source.GetAsync(cancellationToken), cancellationToken),
            services.TimeProvider);
    }
}
