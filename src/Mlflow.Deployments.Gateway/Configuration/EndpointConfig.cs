namespace Mlflow.Deployments.Gateway.Configuration;

/// <summary>One endpoint: a name, what it does, and the model behind it.</summary>
internal sealed record EndpointConfig(string Name, Operation Operation, ModelConfig Model, LimitConfig? Limit)
{
    /// <summary>Time limits of its own; null takes the gateway's.</summary>
    public TimeoutConfig? Timeouts { get; init; }

    /// <summary>The path of the endpoint, as the catalogue tells it.</summary>
    public string Path { get; } = $"/gateway/{Name}/invocations";
}
