using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mlflow.Deployments.Dialects;

/// <summary>An endpoint as an MLflow AI Gateway describes it.</summary>
internal sealed record MlflowGatewayEndpoint
{
    public required string Name { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public EndpointType EndpointType { get; init; }

    public EndpointModel? Model { get; init; }

    public string? EndpointUrl { get; init; }

    public EndpointLimit? Limit { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }

    /// <param name="server">The target's address, which ends with a slash.</param>
    public DeploymentEndpoint ToDeploymentEndpoint(Uri server) => new()
    {
        Name = Name,
        Type = EndpointType,
        Models = Model is null ? [] : [Model],
        Url = Resolve(server, EndpointUrl),
        Limit = Limit,
        Extra = Extra,
    };

    // Relative addresses start with a slash, but a gateway behind a path prefix does not know its prefix: they count from the target.
    private static Uri? Resolve(Uri server, string? url) =>
        string.IsNullOrEmpty(url) ? null
        : url.Contains("://", StringComparison.Ordinal) && Uri.TryCreate(url, UriKind.Absolute, out var absolute) ? absolute
        : Uri.TryCreate(server, url.TrimStart('/'), out var resolved) ? resolved
        : null;
}
