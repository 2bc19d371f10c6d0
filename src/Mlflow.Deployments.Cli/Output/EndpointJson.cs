using System.Text.Json.Nodes;

namespace Mlflow.Deployments.Cli.Output;

/// <summary>An endpoint for programs: the same fields whatever kind of server it is on.</summary>
internal static class EndpointJson
{
    public static JsonNode Of(DeploymentEndpoint endpoint) => new JsonObject
    {
        ["name"] = endpoint.Name,
        ["type"] = endpoint.Type.Value,
        ["models"] = new JsonArray([.. endpoint.Models.Select(Of)]),
        ["url"] = endpoint.Url?.AbsoluteUri,
        ["limit"] = endpoint.Limit is { } limit
            ? new JsonObject { ["calls"] = limit.Calls, ["key"] = limit.Key, ["renewal_period"] = limit.RenewalPeriod }
            : null,
        ["state"] = endpoint.State,
    };

    private static JsonNode Of(EndpointModel model) => new JsonObject
    {
        ["name"] = model.Name,
        ["provider"] = model.Provider,
        ["weight"] = model.Weight,
    };
}
