using System.Text.Json;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Json;
using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments;

/// <summary>Makes, changes and deletes the endpoints of Databricks Model Serving, as Python's <c>DatabricksDeploymentClient</c> does.</summary>
/// <remarks>
/// Safe to use from many threads at once. Sent again only after a failure to connect, 429 and 503. Other servers than Databricks have nothing of
/// the kind; on their clients every method throws <see cref="NotSupportedException"/> at the call. Source: MLflow 3.11, <c>mlflow.deployments.databricks</c>.
/// </remarks>
public static class DatabricksEndpointExtensions
{
    /// <summary>Makes an endpoint.</summary>
    /// <param name="client">A client of a Databricks workspace.</param>
    /// <param name="config">The whole request: <c>name</c>, <c>config</c> with its <c>served_entities</c>, and what else Databricks knows, such as <c>tags</c> or <c>ai_gateway</c>. Not changed.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The endpoint, which may take minutes to get ready: its state is not READY before.</returns>
    /// <remarks>Source: MLflow 3.11, <c>create_endpoint</c>; <c>POST /api/2.0/serving-endpoints</c>.</remarks>
    /// <exception cref="ArgumentException">The request has no <c>name</c>.</exception>
    /// <exception cref="NotSupportedException">The server is no Databricks workspace.</exception>
    /// <exception cref="DeployException">The call failed.</exception>
    public static Task<DeploymentEndpoint> CreateEndpointAsync(this DeployClient client, JsonObject config, CancellationToken cancellationToken = default)
    {
        var body = BodyOf(client, config);
        return config["name"] is JsonValue value && value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() is var name && !string.IsNullOrWhiteSpace(name)
            ? client.ToManage().CreateEndpointAsync(name, body, cancellationToken)
            : throw new ArgumentException("The request has no 'name'. It is the whole request: { \"name\": …, \"config\": { \"served_entities\": […] } }.", nameof(config));
    }

    /// <summary>Replaces what an endpoint serves.</summary>
    /// <param name="client">A client of a Databricks workspace.</param>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <param name="config">The new configuration: <c>served_entities</c>, <c>traffic_config</c> and so on. Not changed.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The endpoint; until the change is done it serves the old configuration, and <see cref="DeploymentEndpoint.Extra"/> has the new one as <c>pending_config</c>.</returns>
    /// <remarks>Source: MLflow 3.11, <c>update_endpoint_config</c>; <c>PUT /api/2.0/serving-endpoints/{name}/config</c>.</remarks>
    /// <exception cref="DeployEndpointNotFoundException">There is no such endpoint.</exception>
    /// <exception cref="NotSupportedException">The server is no Databricks workspace.</exception>
    /// <exception cref="DeployException">The call failed.</exception>
    public static Task<DeploymentEndpoint> UpdateEndpointConfigAsync(this DeployClient client, string endpoint, JsonObject config, CancellationToken cancellationToken = default) =>
        client.ToManage(endpoint).UpdateConfigAsync(endpoint, BodyOf(client, config), cancellationToken);

    /// <summary>Adds tags to an endpoint and takes tags from it.</summary>
    /// <param name="client">A client of a Databricks workspace.</param>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <param name="config">What to do: <c>add_tags</c>, a list of <c>key</c> and <c>value</c>, and <c>delete_tags</c>, a list of keys. Not changed.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The endpoint's tags as the server tells them: <c>{"tags": [{"key": …, "value": …}]}</c>.</returns>
    /// <remarks>Source: MLflow 3.11, <c>update_endpoint_tags</c>; <c>PATCH /api/2.0/serving-endpoints/{name}/tags</c>.</remarks>
    /// <exception cref="DeployEndpointNotFoundException">There is no such endpoint.</exception>
    /// <exception cref="NotSupportedException">The server is no Databricks workspace.</exception>
    /// <exception cref="DeployException">The call failed.</exception>
    public static Task<JsonNode> UpdateEndpointTagsAsync(this DeployClient client, string endpoint, JsonObject config, CancellationToken cancellationToken = default) =>
        client.ToManage(endpoint).UpdateTagsAsync(endpoint, BodyOf(client, config), cancellationToken);

    /// <summary>Replaces how often an endpoint may be asked.</summary>
    /// <param name="client">A client of a Databricks workspace.</param>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <param name="config">The limits: <c>rate_limits</c>, a list of <c>calls</c>, <c>key</c> and <c>renewal_period</c>. Not changed.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The limits as the server tells them: <c>{"rate_limits": […]}</c>.</returns>
    /// <remarks>Source: MLflow 3.11, <c>update_endpoint_rate_limits</c>; <c>PUT /api/2.0/serving-endpoints/{name}/rate-limits</c>. Newer endpoints have their limits in the AI Gateway.</remarks>
    /// <exception cref="DeployEndpointNotFoundException">There is no such endpoint.</exception>
    /// <exception cref="NotSupportedException">The server is no Databricks workspace.</exception>
    /// <exception cref="DeployException">The call failed.</exception>
    public static Task<JsonNode> UpdateEndpointRateLimitsAsync(this DeployClient client, string endpoint, JsonObject config, CancellationToken cancellationToken = default) =>
        client.ToManage(endpoint).UpdateRateLimitsAsync(endpoint, BodyOf(client, config), cancellationToken);

    /// <summary>Replaces the AI Gateway of an endpoint: limits, guardrails, usage tracking, inference tables.</summary>
    /// <param name="client">A client of a Databricks workspace.</param>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <param name="config">The new configuration: <c>usage_tracking_config</c>, <c>rate_limits</c>, <c>guardrails</c> and so on. Not changed.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The configuration as the server tells it.</returns>
    /// <remarks>Source: MLflow 3.11, <c>update_endpoint_ai_gateway</c>; <c>PUT /api/2.0/serving-endpoints/{name}/ai-gateway</c>.</remarks>
    /// <exception cref="DeployEndpointNotFoundException">There is no such endpoint.</exception>
    /// <exception cref="NotSupportedException">The server is no Databricks workspace.</exception>
    /// <exception cref="DeployException">The call failed.</exception>
    public static Task<JsonNode> UpdateEndpointAiGatewayAsync(this DeployClient client, string endpoint, JsonObject config, CancellationToken cancellationToken = default) =>
        client.ToManage(endpoint).UpdateAiGatewayAsync(endpoint, BodyOf(client, config), cancellationToken);

    /// <summary>Deletes an endpoint.</summary>
    /// <param name="client">A client of a Databricks workspace.</param>
    /// <param name="endpoint">The endpoint's name.</param>
    /// <param name="cancellationToken">Cancels the call; the endpoint may be deleted nevertheless.</param>
    /// <returns>Nothing; the endpoint is gone.</returns>
    /// <remarks>Source: MLflow 3.11, <c>delete_endpoint</c>; <c>DELETE /api/2.0/serving-endpoints/{name}</c>.</remarks>
    /// <exception cref="DeployEndpointNotFoundException">There is no such endpoint.</exception>
    /// <exception cref="NotSupportedException">The server is no Databricks workspace.</exception>
    /// <exception cref="DeployException">The call failed.</exception>
    public static Task DeleteEndpointAsync(this DeployClient client, string endpoint, CancellationToken cancellationToken = default) =>
        client.ToManage(endpoint).DeleteEndpointAsync(endpoint, cancellationToken);

    private static Dialects.DatabricksDialect ToManage(this DeployClient client, string endpoint)
    {
        ArgumentNullException.ThrowIfNull(client);
        Arguments.CheckEndpoint(endpoint, nameof(endpoint));
        return client.ToManage();
    }

    private static JsonBody BodyOf(DeployClient client, JsonObject config)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(config);
        return JsonBody.Of(config, DeployJson.Default.JsonObject, nameof(config));
    }
}
