using System.Text.Json.Nodes;

namespace Mlflow.Deployments.IntegrationTests.Transcripts;

/// <summary>Every refusal of a real gateway becomes its kind of exception, with the gateway's words.</summary>
[CancelAfter(10_000)]
public class FailureTranscriptTests
{
    private static readonly string[] WordKeys = ["detail", "message", "msg", "error"];

    private static IEnumerable<TestCaseData> Refusals() => Transcript.Cases(transcript => transcript is { IsQuery: true, IsStream: false, Status: >= 400 });

    [TestCaseSource(nameof(Refusals))]
    public async Task A_refused_question_throws_its_kind_with_the_words_of_the_gateway(string name, CancellationToken token)
    {
        var transcript = Transcript.Find(name);
        await using var server = await ReplayServer.StartAsync(transcript);
        using var client = server.Client();

        var failure = (await Assert.CatchAsync<DeployException>(() => CallAsync(client, transcript, token)))!;

        AssertTells(failure, transcript, isEndpoint: true);
    }

    /// <summary>Checks that a failure is of the right kind and says what the gateway said.</summary>
    internal static void AssertTells(DeployException failure, Transcript transcript, bool isEndpoint) => Assert.Multiple(() =>
    {
        Assert.That(failure, Is.TypeOf(KindOf(transcript.Status, isEndpoint)));
        Assert.That((int?)failure.StatusCode, Is.EqualTo(transcript.Status));
        Assert.That(failure.ResponseBody, Is.EqualTo(transcript.Body));
        foreach (var words in WordsOf(transcript).Take(5))
        {
            Assert.That(failure.Message, Does.Contain(words));
        }
    });

    private static Task CallAsync(DeployClient client, Transcript transcript, CancellationToken token) => RecordedCall.AsksForStream(transcript)
        ? RecordedCall.StreamAsync(client, transcript, token).ToListAsync(token).AsTask()
        : RecordedCall.PredictAsync(client, transcript, token);

    private static Type KindOf(int status, bool isEndpoint) => status switch
    {
        401 or 403 => typeof(DeployAuthenticationException),
        404 when isEndpoint => typeof(DeployEndpointNotFoundException),
        429 => typeof(DeployRateLimitException),
        >= 500 => typeof(DeployServerException),
        _ => typeof(DeployRequestException),
    };

    private static IEnumerable<string> WordsOf(Transcript transcript) =>
        transcript.Headers["content-type"].StartsWith("application/json", StringComparison.Ordinal) ? WordsOf(transcript.BodyJson) : [transcript.Body];

    private static IEnumerable<string> WordsOf(JsonNode? node) => node switch
    {
        JsonObject fields => WordKeys.SelectMany(key => WordsOf(fields[key])),
        JsonArray items => items.SelectMany(WordsOf),
        JsonValue value when value.TryGetValue(out string? text) && text.Length > 0 => [text],
        _ => [],
    };
}
