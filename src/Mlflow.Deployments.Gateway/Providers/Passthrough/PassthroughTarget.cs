using System.Collections.Immutable;

namespace Mlflow.Deployments.Gateway.Providers.Passthrough;

/// <summary>Where a request in a provider's own format goes. No record: its text would show the credentials.</summary>
/// <param name="address">The address, with the model where it belongs there.</param>
/// <param name="model">The provider's name of the model, for bodies that name one; null leaves the body as it is.</param>
/// <param name="headers">The provider's own headers, credentials among them; they take the place of the client's.</param>
internal sealed class PassthroughTarget(Uri address, string? model, ImmutableArray<KeyValuePair<string, string>> headers)
{
    public Uri Address => address;

    public string? Model => model;

    public ImmutableArray<KeyValuePair<string, string>> Headers => headers;
}
