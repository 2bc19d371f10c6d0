using System.Text.Json.Nodes;
using Mlflow.Deployments.Errors;
using Mlflow.Deployments.Json;
using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments.Dialects;

/// <summary>What changes endpoints; no other dialect has it.</summary>
internal sealed partial class DatabricksDialect
{
    public Task<DeploymentEndpoint> CreateEndpointAsync(string name, JsonBody config, CancellationToken cancellationToken) => caller.WriteAsync(
        CallContext.ForServer($"Making endpoint '{name}'", target), token => _api.CreateEndpointAsync(config.ToContent(), token), ReadEndpoint, cancellationToken);

    public Task<DeploymentEndpoint> UpdateConfigAsync(string name, JsonBody config, CancellationToken cancellationToken) => caller.WriteAsync(
        CallContext.ForEndpoint(name, target), token => _api.UpdateConfigAsync(name, config.ToContent(), token), ReadEndpoint, cancellationToken);

    public Task<JsonNode> UpdateTagsAsync(string name, JsonBody config, CancellationToken cancellationToken) => caller.WriteAsync(
        CallContext.ForEndpoint(name, target), token => _api.UpdateTagsAsync(name, config.ToContent(), token), JsonNodeReader.Read, cancellationToken);

    public Task<JsonNode> UpdateRateLimitsAsync(string name, JsonBody config, CancellationToken cancellationToken) => caller.WriteAsync(
        CallContext.ForEndpoint(name, target), token => _api.UpdateRateLimitsAsync(name, config.ToContent(), token), JsonNodeReader.Read, cancellationToken);

    public Task<JsonNode> UpdateAiGatewayAsync(string name, JsonBody config, CancellationToken cancellationToken) => caller.WriteAsync(
        CallContext.ForEndpoint(name, target), token => _api.UpdateAiGatewayAsync(name, config.ToContent(), token), JsonNodeReader.Read, cancellationToken);

    public Task DeleteEndpointAsync(string name, CancellationToken cancellationToken) => caller.WriteAsync(
        CallContext.ForEndpoint(name, target), token => _api.DeleteEndpointAsync(name, token), cancellationToken);
}
