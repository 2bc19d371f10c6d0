using Mlflow.Deployments.Gateway.Providers.Passthrough;

namespace Mlflow.Deployments.Gateway.Providers.Upstream;

/// <summary>A provider behind HTTP: a translation, and the shared client that sends.</summary>
internal sealed class HttpProvider(UpstreamTranslator translator, UpstreamClient client) : IProvider
{
    public ProviderInfo Info => translator.Info;

    public IPassthrough? Passthrough => translator as IPassthrough;

    public ValueTask<ProviderAnswer> InvokeAsync(ProviderCall call, CancellationToken cancellationToken) =>
        client.InvokeAsync(translator, call, cancellationToken);
}
