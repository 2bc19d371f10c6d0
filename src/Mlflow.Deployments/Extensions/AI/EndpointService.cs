namespace Mlflow.Deployments.Extensions.AI;

/// <summary>What both wrappers say about themselves.</summary>
internal static class EndpointService
{
    public const string ProviderName = "mlflow";

    /// <summary>Returns the address of the server, without credentials; null when the client is not ours to know.</summary>
    public static Uri? AddressOf(IDeployClient client) => (client as DeployClient)?.Address;

    /// <summary>Finds what <c>GetService</c> asks for: the metadata, the wrapper itself, or the client that it wraps. There are no keyed services.</summary>
    public static object? Find(Type serviceType, object? serviceKey, object metadata, object wrapper, IDeployClient client)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == metadata.GetType() ? metadata
            : serviceType.IsInstanceOfType(wrapper) ? wrapper
            : serviceType.IsInstanceOfType(client) ? client
            : null;
    }

    /// <summary>Refuses a model other than the endpoint: it would be ignored by some servers, and by others asked in place of the endpoint's.</summary>
    public static void RefuseModel(string? modelId, string endpoint, string argumentName)
    {
        if (!string.IsNullOrEmpty(modelId) && modelId != endpoint)
        {
            throw new ArgumentException(
                $"ModelId is '{modelId}', but endpoint '{endpoint}' names its own model. Leave ModelId out, or ask the endpoint that has this model.", argumentName);
        }
    }

    /// <summary>Checks what a <c>RawRepresentationFactory</c> returned; null is as good as no factory.</summary>
    public static T? Given<T>(object? raw, string argumentName)
        where T : class =>
        raw is null or T ? (T?)raw : throw new ArgumentException($"RawRepresentationFactory returned a {raw.GetType().Name}; this client takes a {typeof(T).FullName}.", argumentName);
}
