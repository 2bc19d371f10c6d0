using System.Text.Json.Nodes;

namespace Mlflow.Deployments.Testing.Wire;

/// <summary>What a request is for, told from its path: the routes of all dialects that the fakes speak.</summary>
/// <param name="Kind">What is asked.</param>
/// <param name="Dialect">Whose route it is.</param>
/// <param name="Name">The endpoint in the path, or null.</param>
/// <param name="Type">The kind of model that the route says; null when the body says it.</param>
internal sealed record Route(RouteKind Kind, DeployDialect Dialect, string? Name = null, EndpointType? Type = null)
{
    private static readonly Route Unknown = new(RouteKind.Unknown, DeployDialect.MlflowGateway);

    public static Route Of(FakeRequest request)
    {
        string[] parts = [.. request.Path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString)];
        return request.Method switch
        {
            "POST" => Posted(parts),
            "GET" => Got(parts, request.Query),
            _ => Unknown,
        };
    }

    /// <summary>Returns the endpoint's name: of the path, or, where the route has none, the body's <c>model</c>.</summary>
    public string? EndpointOf(JsonNode? body) =>
        Name ?? (Kind == RouteKind.Invocation && (body as JsonObject)?["model"] is JsonValue value && value.TryGetValue<string>(out var model) ? model : null);

    private static Route Posted(string[] parts) => parts switch
    {
        ["gateway" or "endpoints", var name, "invocations"] => new(RouteKind.Invocation, DeployDialect.MlflowGateway, name),
        ["gateway", var name, "mlflow", "invocations"] => new(RouteKind.Invocation, DeployDialect.MlflowServer, name),
        ["v1", "chat", "completions"] => new(RouteKind.Invocation, DeployDialect.OpenAI, Type: EndpointType.Chat),
        ["v1", "completions"] => new(RouteKind.Invocation, DeployDialect.OpenAI, Type: EndpointType.Completions),
        ["v1", "embeddings"] => new(RouteKind.Invocation, DeployDialect.OpenAI, Type: EndpointType.Embeddings),
        _ => Unknown,
    };

    private static Route Got(string[] parts, string query) => parts switch
    {
        ["health"] => new(RouteKind.Health, DeployDialect.MlflowGateway),
        ["version"] => new(RouteKind.Version, DeployDialect.MlflowServer),
        ["api", "2.0", "endpoints"] => new(RouteKind.List, DeployDialect.MlflowGateway),
        ["api", "2.0", "endpoints", var name] => new(RouteKind.Get, DeployDialect.MlflowGateway, name),
        ["api", "3.0", "gateway", "endpoint", var name] => new(RouteKind.Get, DeployDialect.MlflowGateway, name),
        ["api", "3.0", "mlflow", "gateway", "endpoints", "list"] => new(RouteKind.List, DeployDialect.MlflowServer),
        ["api", "3.0", "mlflow", "gateway", "endpoints", "get"] => new(RouteKind.Get, DeployDialect.MlflowServer, Parameter(query, "name")),
        ["v1", "models"] => new(RouteKind.List, DeployDialect.OpenAI),
        ["v1", "models", var name] => new(RouteKind.Get, DeployDialect.OpenAI, name),
        _ => Unknown,
    };

    private static string? Parameter(string query, string name) =>
        query.Split('&').Select(pair => pair.Split('=', 2)).FirstOrDefault(pair => pair.Length == 2 && pair[0] == name) is [_, var value]
            ? Uri.UnescapeDataString(value.Replace('+', ' '))
            : null;
}
