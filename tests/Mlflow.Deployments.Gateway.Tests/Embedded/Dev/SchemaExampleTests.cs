using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Mlflow.Deployments.Gateway.Providers.Embedded.Dev;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Embedded.Dev;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SchemaExampleTests
{
    [TestCase("{}", "\"value\"")]
    [TestCase("""{"type":"boolean"}""", "true")]
    [TestCase("""{"type":"null"}""", "null")]
    [TestCase("""{"type":["null","integer"]}""", "1")]
    [TestCase("""{"const":{"a":[1]}}""", """{"a":[1]}""")]
    [TestCase("""{"enum":["red","green"]}""", "\"red\"")]
    [TestCase("""{"type":"integer","minimum":5}""", "5")]
    [TestCase("""{"type":"integer","exclusiveMinimum":5}""", "6")]
    [TestCase("""{"type":"integer","minimum":5,"exclusiveMinimum":true}""", "6")]
    [TestCase("""{"type":"integer","maximum":-3}""", "-3")]
    [TestCase("""{"type":"integer","exclusiveMaximum":-3}""", "-4")]
    [TestCase("""{"type":"integer","minimum":2.5}""", "3")]
    [TestCase("""{"type":"integer","multipleOf":5}""", "5")]
    [TestCase("""{"type":"integer","multipleOf":1.5}""", "15")]
    [TestCase("""{"type":"integer","minimum":11,"multipleOf":5}""", "15")]
    [TestCase("""{"type":"number","exclusiveMinimum":0,"exclusiveMaximum":1}""", "0.5")]
    [TestCase("""{"type":"number","minimum":0.1,"maximum":0.2}""", "0.15")]
    [TestCase("""{"type":"string","minLength":8}""", "\"value...\"")]
    [TestCase("""{"type":"string","maxLength":3}""", "\"val\"")]
    [TestCase("""{"type":"string","format":"date"}""", "\"2024-01-15\"")]
    [TestCase("""{"type":"string","format":"date-time"}""", "\"2024-01-15T09:30:00Z\"")]
    [TestCase("""{"type":"string","format":"email"}""", "\"user@example.com\"")]
    [TestCase("""{"type":"string","format":"uri"}""", "\"https://example.com/\"")]
    [TestCase("""{"type":"string","format":"uuid"}""", "\"123e4567-e89b-12d3-a456-426614174000\"")]
    [TestCase("""{"type":"string","format":"vendor"}""", "\"value\"")]
    [TestCase("""{"type":"array","items":{"type":"integer"}}""", "[1]")]
    [TestCase("""{"type":"array","items":{"type":"integer"},"minItems":3}""", "[1,2,3]")]
    [TestCase("""{"type":"array","items":{"enum":["a","b"]},"minItems":2}""", """["a","b"]""")]
    [TestCase("""{"type":"array","items":{"type":"string"},"minItems":2}""", """["value","2 value"]""")]
    [TestCase("""{"type":"array","maxItems":0}""", "[]")]
    [TestCase("""{"type":"array","prefixItems":[{"type":"string"},{"type":"integer"}]}""", """["value",2]""")]
    [TestCase("""{"properties":{"a":{"type":"boolean"}}}""", """{"a":true}""")]
    [TestCase("""{"type":"object","properties":{"a":false,"b":true}}""", """{"b":"b"}""")]
    [TestCase("""{"type":"object","required":["a"],"additionalProperties":{"type":"integer"}}""", """{"a":1}""")]
    [TestCase("""{"anyOf":[{"type":"integer"},{"type":"string"}]}""", "1")]
    [TestCase("""{"oneOf":[{"type":"boolean"},{"type":"string"}]}""", "true")]
    [TestCase("""{"allOf":[{"properties":{"a":{"type":"integer"}}},{"properties":{"b":{"type":"boolean"}}}]}""", """{"a":1,"b":true}""")]
    [TestCase("""{"allOf":[{"required":["a"]},{"required":["b","a"]}]}""", """{"a":"a","b":"b"}""")]
    [TestCase("""{"allOf":[{"properties":{"a":{"type":"integer"}}},{"properties":{"a":{"minimum":7}}}]}""", """{"a":7}""")]
    [TestCase("""{"$ref":"#/$defs/x","$defs":{"x":{"type":"integer","minimum":4}}}""", "4")]
    [TestCase("""{"$ref":"#/definitions/x~1y","definitions":{"x/y":{"type":"boolean"}}}""", "true")]
    public void Make_follows_the_schema(string schema, string expected)
    {
        Assert.That(Make(schema), Is.EqualTo(expected));
    }

    [TestCase("enum", """{"type":"object","properties":{"unit":{"enum":["kelvin","celsius"]}}}""", "in Celsius, please", """{"unit":"celsius"}""")]
    [TestCase("list", """{"type":"array","minItems":2,"items":{"enum":["x","y","z"]}}""", "z then y", """["y","z"]""")]
    [TestCase("place", """{"type":"object","properties":{"city":{"type":"string"}}}""", "Weather in Zürich?", """{"city":"Zürich"}""")]
    [TestCase("long", """{"type":"object","properties":{"city":{"type":"string","maxLength":3}}}""", "Weather in Zürich?", """{"city":"cit"}""")]
    [TestCase("number", """{"type":"object","properties":{"guests":{"type":"integer"}}}""", "A table for 4", """{"guests":4}""")]
    [TestCase("bound", """{"type":"object","properties":{"guests":{"type":"integer","maximum":3}}}""", "A table for 4", """{"guests":1}""")]
    [TestCase("fraction", """{"type":"object","properties":{"guests":{"type":"integer"}}}""", "A table for 4.5", """{"guests":1}""")]
    public void Make_prefers_what_the_message_says(string _, string schema, string message, string expected)
    {
        Assert.That(Make(schema, message), Is.EqualTo(expected));
    }

    [Test]
    public void Make_a_schema_that_refers_to_itself_optionally_comes_to_an_end()
    {
        const string Tree = """{"required":["name","children"],"properties":{"name":{},"children":{"type":"array","items":{"$ref":"#"}}}}""";

        JsonNode made = JsonNode.Parse(Make(Tree))!;

        Assert.Multiple(() =>
        {
            Assert.That(made["name"]!.GetValue<string>(), Is.EqualTo("name"));
            Assert.That(made["children"]![0]!["children"], Is.InstanceOf<JsonArray>());
        });
    }

    [TestCase("""{"$ref":"#"}""", "refers to itself without end")]
    [TestCase("""{"$ref":"#/$defs/missing"}""", "refers to '#/$defs/missing', which it does not have")]
    [TestCase("""{"$ref":"https://example.com/schema"}""", "only references within the schema")]
    [TestCase("""{"type":"object","required":["a"],"properties":{"a":{"$ref":"#"}}}""", "values within values without end")]
    [TestCase("""{"type":"string","type":"integer"}""", "cannot be read")]
    [TestCase("""{"type":"array","minItems":100000,"items":{"type":"array","minItems":100000}}""", "asks for more")]
    [TestCase("""{"type":"array","minItems":1000,"items":{"type":"string","minLength":90000}}""", "asks for more")]
    public void Make_an_impossible_schema_throws(string schema, string message)
    {
        Assert.That(() => Make(schema), Throws.InstanceOf<DevRequestException>().With.Message.Contains(message));
    }

    [Test]
    public void Make_a_schema_whose_references_double_at_each_step_comes_to_an_end()
    {
        var steps = new JsonObject { ["s30"] = new JsonObject() };
        for (int i = 0; i < 30; i++)
        {
            steps[$"s{i}"] = new JsonObject { ["allOf"] = new JsonArray(Reference(i + 1), Reference(i + 1)) };
        }

        JsonObject schema = Reference(0);
        schema["$defs"] = steps;

        Assert.That(() => Make(schema.ToJsonString()), Throws.InstanceOf<DevRequestException>().With.Message.Contains("too much"));
    }

    [TestCase("""{"type":{},"required":"a","properties":[1],"enum":{},"anyOf":[],"allOf":{},"items":7,"minLength":"x"}""")]
    [TestCase("""{"type":"string","minLength":1e400,"maxLength":-5,"format":{"a":1}}""")]
    [TestCase("""{"type":"integer","minimum":9,"maximum":1,"multipleOf":0}""")]
    [TestCase("""{"type":"array","minItems":-1,"maxItems":null,"prefixItems":{},"items":[true,7,null]}""")]
    [TestCase("""{"type":"object","required":[1,null,{}],"properties":{"a":null,"b":3,"c":[]}}""")]
    public void Make_a_schema_that_makes_no_sense_still_gives_json(string schema)
    {
        Assert.That(() => JsonNode.Parse(Make(schema)), Throws.Nothing);
    }

    [Test]
    public void Make_without_a_schema_gives_an_empty_object()
    {
        Assert.That(SchemaExample.Make(null, "anything"), Is.EqualTo("{}"));
    }

    [Test]
    public void Make_any_schema_gives_a_value_that_conforms()
    {
        Gen.Select(SchemaOf(3), Gen.OneOf([.. new[] { "", "Paris 7", "size: 12 and name is Bob" }.Select(Gen.Const)])).Sample((schema, message) =>
            JsonSchemaCheck.IsValid(JsonNode.Parse(Make(schema.ToJsonString(), message)), schema));
    }

    [Test]
    public void Make_any_schema_gives_the_same_value_twice()
    {
        SchemaOf(3).Sample(schema => Make(schema.ToJsonString(), "Paris 7") == Make(schema.ToJsonString(), "Paris 7"));
    }

    private static JsonObject Reference(int step) => new() { ["$ref"] = $"#/$defs/s{step}" };

    private static string Make(string schema, string message = "")
    {
        using JsonDocument document = JsonDocument.Parse(schema);
        return SchemaExample.Make(document.RootElement, message);
    }

    private static Gen<JsonObject> SchemaOf(int depth)
    {
        Gen<JsonObject> number = Gen.Select(Gen.Int[-50, 50], Gen.Int[0, 40], Gen.Bool, (low, width, isWhole) =>
            new JsonObject { ["type"] = isWhole ? "integer" : "number", ["minimum"] = low, ["maximum"] = low + width });
        Gen<JsonObject> text = Gen.Select(Gen.Int[0, 20], Gen.Int[0, 20], (shortest, more) =>
            new JsonObject { ["type"] = "string", ["minLength"] = shortest, ["maxLength"] = shortest + more });
        Gen<JsonObject> choice = Gen.String[Gen.Char.AlphaNumeric, 1, 5].Array[1, 4].Select(values =>
            new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. values.Select(v => JsonValue.Create(v))]) });
        Gen<JsonObject> flag = Gen.OneOf([.. new[] { "boolean", "null" }.Select(Gen.Const)]).Select(type => new JsonObject { ["type"] = type });
        if (depth == 0)
        {
            return Gen.OneOf(number, text, choice, flag);
        }

        Gen<JsonObject> inner = SchemaOf(depth - 1);
        Gen<JsonObject> list = Gen.Select(inner, Gen.Int[0, 4], (items, shortest) =>
            new JsonObject { ["type"] = "array", ["items"] = items, ["minItems"] = shortest });
        Gen<JsonObject> map = Gen.Select(inner.Array[0, 4], Gen.Int[0, 4], (properties, required) => new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject(properties.Select((p, i) => KeyValuePair.Create<string, JsonNode?>($"p{i}", p))),
            ["required"] = new JsonArray([.. Enumerable.Range(0, Math.Min(required, properties.Length)).Select(i => JsonValue.Create($"p{i}"))]),
        });
        return Gen.OneOf(number, text, choice, flag, list, map);
    }
}
