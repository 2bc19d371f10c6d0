namespace Mlflow.Deployments.Gateway.Configuration;

/// <summary>One endpoint: a name, what it does, and the model behind it.</summary>
internal sealed record EndpointConfig(string Name, Operation Operation, ModelConfig Model, LimitConfig? Limit)
{
    /// <summary>The path of the endpoint, as the catalogue tells it.</summary>
    public string Path { get; } = $"/gateway/{Name}/invocations";
}
