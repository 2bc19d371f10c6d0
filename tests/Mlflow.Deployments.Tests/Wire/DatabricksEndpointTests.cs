using System.Text.Json;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Tests.Wire;

public class DatabricksEndpointTests
{
    private const string External = """
        {"name":"chat","creator":"alice@example.test","creation_timestamp":"1729527763000","task":"llm/v1/chat","id":"44b2","endpoint_type":"EXTERNAL_MODEL",
         "state":{"ready":"READY","config_update":"NOT_UPDATING"},
         "config":{"config_version":"3",
          "served_entities":[
           {"name":"a","external_model":{"name":"gpt-4o","provider":"openai","task":"llm/v1/chat","openai_config":{}},"creator":"alice@example.test"},
           {"name":"b","foundation_model":{"name":"system.ai.llama","display_name":"Llama"}},
           {"name":"c","entity_name":"main.models.mine","entity_version":"7","workload_size":"Small"},
           {"name":"d","model_name":"old","model_version":"1"}],
          "served_models":[{"name":"a","model_name":"not this"}],
          "traffic_config":{"routes":[{"served_model_name":"a","traffic_percentage":"70"},{"served_entity_name":"b","served_model_name":"b","traffic_percentage":30},{"served_model_name":"c"}]}},
         "pending_config":{"served_entities":[{"name":"z","entity_name":"next"}]},
         "ai_gateway":{"usage_tracking_config":{"enabled":true},"rate_limits":[{"calls":"100","key":"user","renewal_period":"minute","principal":"bob"},{"calls":5}]},
         "rate_limits":[{"calls":1}]}
        """;

    [Test]
    public void Endpoint_is_mapped_field_by_field()
    {
        var endpoint = Read(External);

        Assert.Multiple(() =>
        {
            Assert.That((endpoint.Name, endpoint.Type, endpoint.State), Is.EqualTo(("chat", EndpointType.Chat, "READY")));
            Assert.That(endpoint.Url!.AbsoluteUri, Is.EqualTo("https://ws.test/serving-endpoints/chat/invocations"));
            Assert.That(
                endpoint.Models.Select(model => (model.Name, model.Provider, model.Weight)),
                Is.EqualTo(new (string?, string?, double?)[] { ("gpt-4o", "openai", 70), ("system.ai.llama", "databricks", 30), ("main.models.mine", "databricks", 0), ("old", "databricks", null) }));
            Assert.That((endpoint.Limit!.Calls, endpoint.Limit.Key, endpoint.Limit.RenewalPeriod), Is.EqualTo((100, "user", "minute")));
        });
    }

    [Test]
    public void Whatever_has_no_property_stays()
    {
        var endpoint = Read(External);

        Assert.Multiple(() =>
        {
            Assert.That(
                endpoint.Extra!.Keys,
                Is.EquivalentTo(new[] { "creator", "creation_timestamp", "id", "endpoint_type", "state", "config", "pending_config", "ai_gateway", "rate_limits" }));
            Assert.That(endpoint.Models[2].Extra!["workload_size"].GetString(), Is.EqualTo("Small"));
            Assert.That(endpoint.Limit!.Extra!["principal"].GetString(), Is.EqualTo("bob"));
        });
    }

    [Test]
    public void Older_form_is_read_too()
    {
        var endpoint = Read("""{"name":"x y","config":{"served_models":[{"name":"m-1","model_name":"m","model_version":"1"}],"traffic_config":{"routes":[{"served_model_name":"m-1","traffic_percentage":100}]}},"rate_limits":[{"calls":99999999999,"renewal_period":"minute"}]}""");

        Assert.Multiple(() =>
        {
            Assert.That(endpoint.Models.Select(model => (model.Name, model.Weight)), Is.EqualTo(new (string?, double?)[] { ("m", 100) }));
            Assert.That(endpoint.Limit!.Calls, Is.EqualTo(int.MaxValue));
            Assert.That(endpoint.Url!.AbsoluteUri, Does.EndWith("/serving-endpoints/x%20y/invocations"));
        });
    }

    [TestCase("""{"name":"x"}""")]
    [TestCase("""{"name":"x","task":null,"state":null,"config":null,"ai_gateway":null,"rate_limits":null}""")]
    [TestCase("""{"name":"x","state":{},"config":{},"ai_gateway":{},"rate_limits":[]}""")]
    [TestCase("""{"name":"x","state":{"ready":null},"config":{"served_entities":[null],"traffic_config":{"routes":[null]}},"ai_gateway":{"rate_limits":[null]}}""")]
    public void Missing_fields_are_empty(string json)
    {
        var endpoint = Read(json);

        Assert.That((endpoint.Type.Value, endpoint.State, endpoint.Models.Count, endpoint.Limit), Is.EqualTo(((string?)null, (string?)null, 0, (EndpointLimit?)null)));
    }

    [TestCase("""{"name":"x","config":[]}""")]
    [TestCase("""{"name":"x","rate_limits":"none"}""")]
    [TestCase("{}")]
    public void Field_of_another_form_is_refused_as_JSON(string json) => Assert.That(() => Read(json), Throws.InstanceOf<JsonException>());

    [TestCase("3600", 3540)]
    [TestCase("\"3600\"", 3540)]
    [TestCase("300", 270)]
    [TestCase("0", 0)]
    [TestCase("-5", 0)]
    [TestCase("null", 3540)]
    [TestCase("9223372036854775807", 366d * 86400 - 60)]
    public void Token_is_used_until_shortly_before_it_ends(string expiresIn, double seconds) =>
        Assert.That(
            JsonSerializer.Deserialize($$"""{"access_token":"t","expires_in":{{expiresIn}}}""", DeployJson.Default.OAuthToken)!.UsableFor.TotalSeconds,
            Is.EqualTo(seconds));

    private static DeploymentEndpoint Read(string json) =>
        JsonSerializer.Deserialize(json, DeployJson.Default.DatabricksEndpoint)!.ToDeploymentEndpoint(new("https://ws.test/"));
}
