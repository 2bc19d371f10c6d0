using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Http.Validation;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Http;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RequestNormalizerPropertyTests
{
    private static readonly Gen<string> Leaf = Gen.OneOf(
        Gen.Const("null"),
        Gen.Bool.Select(x => x ? "true" : "false"),
        Gen.Double[-1e9, 1e9].Select(x => x.ToString("R", CultureInfo.InvariantCulture)),
        Gen.String.Select(x => JsonValue.Create(WithoutLoneSurrogates(x)).ToJsonString()));

    /// <summary>JSON of any shape, as text.</summary>
    private static readonly Gen<string> Json = Gen.Recursive<string>((depth, inner) => depth > 4 ? Leaf : Gen.OneOf(
        Leaf,
        inner.Array[0, 4].Select(items => $"[{string.Join(", ", items)}]"),
        inner.Array[0, 4].Select(items => $"{{{string.Join(" , ", items.Select((item, i) => $"\"k{i}\" :{item}"))}}}")));

    [Test]
    public void Read_passes_unknown_fields_on_without_their_null_members() => Json.Sample(value =>
    {
        byte[] body = Encoding.UTF8.GetBytes($$"""{"prompt":"x","vendor":{{value}}}""");

        using NormalizedRequest request = RequestNormalizer.Read(body, Operation.Completions, needsModel: false);

        JsonNode? sent = JsonNode.Parse(request.Body.WrittenSpan);
        return JsonNode.DeepEquals(sent!["vendor"], WithoutNulls(JsonNode.Parse(value)));
    });

    [Test]
    public void Read_of_any_bytes_ends_without_an_exception() => Gen.Byte.Array.Sample(bytes =>
    {
        using NormalizedRequest request = RequestNormalizer.Read(bytes, Operation.Chat, needsModel: true);
        return request.Problems.Count > 0;
    });

    [Test]
    public void Read_of_a_cut_body_tells_invalid_json()
    {
        byte[] body = Encoding.UTF8.GetBytes("""{"messages":[{"role":"user","content":"ü ok"}],"tools":[],"stop":["a"],"x":{"y":[1,2,null]}}""");

        for (int length = 1; length < body.Length; length++)
        {
            using NormalizedRequest request = RequestNormalizer.Read(body.AsSpan(0, length), Operation.Chat, needsModel: false);
            Assert.That(request.Problems.Single().Type, Is.EqualTo("json_invalid"), $"cut after {length} bytes");
        }
    }

    private static JsonNode? WithoutNulls(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Where(x => x.Value is not null).Select(x => KeyValuePair.Create(x.Key, WithoutNulls(x.Value)))),
        JsonArray items => new JsonArray([.. items.Select(WithoutNulls)]),
        _ => node?.DeepClone(),
    };

    private static string WithoutLoneSurrogates(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
