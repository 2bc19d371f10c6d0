using System.Text.Json.Nodes;

namespace Mlflow.Deployments.IntegrationTests.Transcripts;

/// <summary>Every stream that a real gateway sent is handed out chunk by chunk; one that is not whole throws at its end.</summary>
[CancelAfter(10_000)]
public class StreamTranscriptTests
{
    private static IEnumerable<TestCaseData> WholeStreams() => Transcript.Cases(transcript => IsStream(transcript) && IsWhole(transcript));

    private static IEnumerable<TestCaseData> BrokenStreams() => Transcript.Cases(transcript => IsStream(transcript) && !IsWhole(transcript));

    [TestCaseSource(nameof(WholeStreams))]
    public async Task A_whole_stream_gives_every_recorded_event(string name, CancellationToken token)
    {
        var transcript = Transcript.Find(name);
        await using var server = await ReplayServer.StartAsync(transcript);
        using var client = server.Client();

        var chunks = await RecordedCall.StreamAsync(client, transcript, token).ToListAsync(token);

        AssertSame(chunks, transcript.Events);
    }

    [TestCaseSource(nameof(BrokenStreams))]
    public async Task A_broken_stream_gives_what_came_and_throws_with_the_count(string name, CancellationToken token)
    {
        var transcript = Transcript.Find(name);
        await using var server = await ReplayServer.StartAsync(transcript);
        using var client = server.Client();
        var chunks = new List<JsonNode>();

        var failure = await Assert.ThrowsAsync<DeployStreamException>(async () =>
        {
            await foreach (var chunk in RecordedCall.StreamAsync(client, transcript, token))
            {
                chunks.Add(chunk);
            }
        });

        AssertSame(chunks, transcript.Events);
        Assert.That(failure!.ChunksReceived, Is.EqualTo(transcript.Events.Count));
    }

    private static bool IsStream(Transcript transcript) => transcript is { IsQuery: true, IsStream: true };

    // Whole: the body ended in order, and every choice that began has said why it stopped.
    private static bool IsWhole(Transcript transcript)
    {
        var choices = transcript.Events.SelectMany(data => data["choices"]!.AsArray()).ToArray();
        return transcript.EndedCleanly
            && choices.Length > 0
            && choices.GroupBy(choice => (int)choice!["index"]!).All(choice => choice.Any(piece => piece!["finish_reason"] is not null));
    }

    private static void AssertSame(List<JsonNode> chunks, IReadOnlyList<JsonNode> events) => Assert.Multiple(() =>
    {
        Assert.That(chunks.Select(TextAndReason), Is.EqualTo(events.Select(TextAndReason)));
        Assert.That(chunks.Zip(events).Where(pair => !JsonNode.DeepEquals(RecordedCall.WithoutNulls(pair.First), RecordedCall.WithoutNulls(pair.Second))), Is.Empty);
    });

    private static string TextAndReason(JsonNode data) => string.Join(
        ' ',
        data["choices"]!.AsArray().Select(choice => $"{choice!["index"]}: '{choice["delta"]?["content"] ?? choice["text"]}' {choice["finish_reason"]}"));
}
