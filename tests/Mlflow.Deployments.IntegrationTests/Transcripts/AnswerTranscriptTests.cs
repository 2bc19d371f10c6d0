using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Mlflow.Deployments.IntegrationTests.Transcripts;

/// <summary>Every answer that a real gateway gave to a question is understood in full.</summary>
[CancelAfter(10_000)]
public class AnswerTranscriptTests
{
    private static IEnumerable<TestCaseData> Answers() => Transcript.Cases(transcript => transcript is { IsQuery: true, IsStream: false, Status: 200 });

    private static IEnumerable<TestCaseData> Redirects() => Transcript.Cases(transcript => transcript is { IsQuery: true, IsRedirect: true });

    [TestCaseSource(nameof(Answers))]
    public async Task PredictAsync_gives_every_recorded_field(string name, CancellationToken token)
    {
        var transcript = Transcript.Find(name);
        await using var server = await ReplayServer.StartAsync(transcript);
        using var client = server.Client();

        var answer = await RecordedCall.PredictAsync(client, transcript, token);

        AssertSame(answer, transcript.BodyJson);
    }

    [TestCaseSource(nameof(Redirects))]
    public async Task PredictAsync_follows_a_redirect_with_its_body(string name, CancellationToken token)
    {
        var transcript = Transcript.Find(name);
        var target = transcript.FindTargetOfRedirect();
        await using var server = await ReplayServer.StartAsync(transcript, target);
        using var client = server.Client();

        var answer = await RecordedCall.PredictAsync(client, transcript, token);

        AssertSame(answer, target.BodyJson);
        Assert.That(server.Bodies.Distinct(), Has.Exactly(1).Items);
    }

    [TestCaseSource(nameof(Answers))]
    public async Task PredictAsync_sends_the_recorded_request(string name, CancellationToken token)
    {
        var transcript = Transcript.Find(name);
        await using var server = await ReplayServer.StartAsync(transcript);
        using var client = server.Client();

        await RecordedCall.PredictAsync(client, transcript, token);

        var asked = transcript.RequestBody as JsonObject ?? []; // a body that is no JSON object cannot be sent
        Assert.That(Text(JsonNode.Parse(server.Bodies.Single())!, "stream"), Is.EqualTo(Text(asked, "stream")));
    }

    private static void AssertSame(JsonNode answer, JsonNode recorded) => Assert.Multiple(() =>
    {
        Assert.That(Vectors(answer), Is.EqualTo(Vectors(recorded)));
        Assert.That(Text(answer, "data"), Is.EqualTo(Text(recorded, "data")));
    });

    // Fields sorted by name, without nulls; one field that is compared on its own is left out.
    private static string Text(JsonNode node, string except)
    {
        var fields = RecordedCall.WithoutNulls(node)!.AsObject();
        fields.Remove(except);
        return Sorted(fields)!.ToJsonString();
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject fields => new JsonObject(fields.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => KeyValuePair.Create(field.Key, Sorted(field.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    private static List<(int Index, float[] Vector)> Vectors(JsonNode answer) => answer["data"] is not JsonArray data ? [] :
    [
        .. data.Select(item => ((int)item!["index"]!, item["embedding"] is JsonArray numbers
            ? [.. numbers.Select(number => (float)number!)]
            : MemoryMarshal.Cast<byte, float>(Convert.FromBase64String((string)item["embedding"]!)).ToArray())),
    ];
}
