using System.Text.Json;
using System.Text.Json.Serialization;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Dialects;

/// <summary>What an endpoint of Databricks serves, and how calls are shared out.</summary>
internal sealed record DatabricksConfig
{
    private const string OwnProvider = "databricks";

    public IReadOnlyList<ServedEntity>? ServedEntities { get; init; }

    /// <summary>Gets the same in the older form; newer servers send both.</summary>
    public IReadOnlyList<ServedEntity>? ServedModels { get; init; }

    public Traffic? TrafficConfig { get; init; }

    public IReadOnlyList<EndpointModel> ToModels()
    {
        var entities = WireList.Of(ServedEntities) is { Count: > 0 } served ? served : WireList.Of(ServedModels);
        return [.. entities.Select(entity => entity.ToModel(WeightOf(entity)))];
    }

    // Of a route without a percentage protobuf has left a zero out.
    private double? WeightOf(ServedEntity entity) =>
        WireList.Of(TrafficConfig?.Routes).FirstOrDefault(route => entity.Name is { } name && (route.ServedEntityName ?? route.ServedModelName) == name) is { } route
            ? route.TrafficPercentage ?? 0
            : null;

    /// <summary>A model behind the endpoint: of another provider, of Databricks, or the customer's own.</summary>
    internal sealed record ServedEntity
    {
        public string? Name { get; init; }

        public NamedModel? ExternalModel { get; init; }

        public NamedModel? FoundationModel { get; init; }

        public string? EntityName { get; init; }

        public string? ModelName { get; init; }

        [JsonExtensionData]
        public IDictionary<string, JsonElement>? Extra { get; set; }

        public EndpointModel ToModel(double? weight) => new()
        {
            Name = ExternalModel?.Name ?? FoundationModel?.Name ?? EntityName ?? ModelName,
            Provider = ExternalModel?.Provider ?? OwnProvider,
            Weight = weight,
            Extra = Extra,
        };
    }

    /// <summary>A model by its name, with its provider where that is another one.</summary>
    internal sealed record NamedModel
    {
        public string? Name { get; init; }

        public string? Provider { get; init; }
    }

    /// <summary>How calls are shared out.</summary>
    internal sealed record Traffic
    {
        public IReadOnlyList<Route>? Routes { get; init; }
    }

    /// <summary>The share of one model.</summary>
    internal sealed record Route
    {
        public string? ServedEntityName { get; init; }

        public string? ServedModelName { get; init; }

        public double? TrafficPercentage { get; init; }
    }
}
