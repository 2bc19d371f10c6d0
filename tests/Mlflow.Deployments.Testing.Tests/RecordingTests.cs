using System.Net;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Embeddings;

namespace Mlflow.Deployments.Testing.Tests;

[CancelAfter(30_000)]
public sealed class RecordingTests : IDisposable
{
    private const string Secret = "sk-very-secret-123";

    private readonly string _folder = Directory.CreateTempSubdirectory("mlflow-recordings").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task A_recorded_session_replays_without_the_gateway(CancellationToken token)
    {
        ChatResponse chat, streamed;
        EmbeddingResponse embeddings;
        List<DeploymentEndpoint> endpoints;
        await using (var real = await FakeGateway.StartAsync(cancellationToken: token))
        {
            real.Chat("chat").Returns("Grüße 👩‍🚀 aus Bern").Returns("and again");
            real.Embeddings("embeddings");
            await using var recording = await FakeGateway.RecordAsync(real.Target, _folder, cancellationToken: token);
            using var client = recording.CreateClient();
            (chat, streamed, embeddings, endpoints) = await AskAsync(client, token);
        }

        await using var replay = await FakeGateway.ReplayAsync(_folder, cancellationToken: token);
        using var offline = replay.CreateClient();
        var again = await AskAsync(offline, token);

        Assert.Multiple(() =>
        {
            Assert.That((again.Chat.Text, again.Streamed.Text), Is.EqualTo(("Grüße 👩‍🚀 aus Bern", "and again")));
            Assert.That((again.Chat.Usage, again.Streamed.Usage), Is.EqualTo((chat.Usage, streamed.Usage)));
            Assert.That(again.Embeddings.Data[0].Vector.ToArray(), Is.EqualTo(embeddings.Data[0].Vector.ToArray()));
            Assert.That(again.Endpoints.Select(endpoint => endpoint.Name), Is.EqualTo(endpoints.Select(endpoint => endpoint.Name)));
        });
    }

    [Test]
    public async Task Recordings_are_files_to_read_with_names_of_the_request(CancellationToken token)
    {
        await RecordStreamAsync(token);
        var first = Files();
        await RecordStreamAsync(token);

        var file = Files().Single();
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder, file)))!;
        Assert.Multiple(() =>
        {
            Assert.That(Files(), Is.EqualTo(first));
            Assert.That(file, Does.Match("^chat-[0-9a-f]{8}-01.json$"));
            Assert.That((string?)json["request"]!["body"]!["messages"]![0]!["content"], Is.EqualTo("Tell"));
            Assert.That(json["response"]!["events"]!.AsArray().Select(item => item!["data"] is JsonValue text ? (string?)text : (string?)item["data"]!["choices"]!.AsArray().FirstOrDefault()?["delta"]!["content"]).Where(text => text is not null), Is.EqualTo(new[] { "Once", " upon", "[DONE]" }));
        });
    }

    [Test]
    public async Task Secrets_are_nowhere_in_the_recordings(CancellationToken token)
    {
        await using var real = await FakeGateway.StartAsync(cancellationToken: token);
        real.Chat("chat").Fails(401, $"Incorrect API key provided: {Secret}").Returns(new HttpAnswer($$"""{"choices":[],"note":"{{Secret}}","api_key":"other-secret"}"""));
        await using (var recording = await FakeGateway.RecordAsync(real.Target, _folder, cancellationToken: token))
        {
            using var http = new HttpClient { BaseAddress = recording.Address };
            for (var i = 0; i < 2; i++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, "/gateway/chat/invocations?api_key=query-secret")
                {
                    Content = new StringContent($$"""{"messages":[{"role":"user","content":"My key is {{Secret}}"}],"api_key":"body-secret"}"""),
                };
                request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {Secret}");
                using var answer = await http.SendAsync(request, token);
                Assert.That(await answer.Content.ReadAsStringAsync(token), Does.Contain(Secret), "what the app sees is not changed");
            }
        }

        var all = string.Concat(Files().Select(file => file + File.ReadAllText(Path.Combine(_folder, file))));
        Assert.Multiple(() =>
        {
            Assert.That(Files(), Has.Length.EqualTo(2));
            Assert.That(all, Does.Not.Contain(Secret).And.Not.Contain("query-secret").And.Not.Contain("body-secret").And.Not.Contain("other-secret"));
            Assert.That(all, Does.Contain("***"));
            Assert.That(real.Received("chat", 2)[0].Headers["Authorization"], Is.EqualTo("Bearer ***"), "the real gateway gets the credentials");
        });
    }

    [Test]
    public async Task The_same_request_in_other_words_is_found(CancellationToken token)
    {
        await RecordStreamAsync(token);
        await using var replay = await FakeGateway.ReplayAsync(_folder, cancellationToken: token);
        using var http = new HttpClient { BaseAddress = replay.Address };

        using var answer = await http.PostAsync("/gateway/chat/invocations", new StringContent("""{"stream_options": {"include_usage": true}, "stream": true, "temperature": null, "n": 1.0, "messages": [{"content": "Tell", "role": "user"}]}"""), token);

        Assert.That(await answer.Content.ReadAsStringAsync(token), Does.Contain("\" upon\"").And.EndsWith("data: [DONE]\n\n"));
    }

    [Test]
    public async Task A_miss_names_the_closest_recording_and_where_it_differs(CancellationToken token)
    {
        await RecordStreamAsync(token);
        await using var replay = await FakeGateway.ReplayAsync(_folder, cancellationToken: token);
        using var client = replay.CreateClient();

        var failure = await Assert.ThrowsAsync<DeployServerException>(() => client.PredictStreamAsync("chat", new ChatRequest("Tell me all") { N = 1 }, token).ToListAsync(token).AsTask());
        await Assert.ThrowsAsync<DeployServerException>(() => client.PredictAsync("other", new ChatRequest("x"), token));

        Assert.Multiple(() =>
        {
            Assert.That(failure!.StatusCode, Is.EqualTo(HttpStatusCode.NotImplemented));
            Assert.That(failure!.Message, Does.Contain(Files().Single()).And.Contain("differs at $.messages[0].content").And.Not.Contain("Tell me all"));
            Assert.That(replay.UnexpectedRequests, Has.Count.EqualTo(2));
            Assert.That(Assert.Throws<FakeVerificationException>(replay.VerifyNoUnexpectedRequests)!.Message, Does.Contain("Recorded are: POST /gateway/chat/invocations"));
        });
    }

    [Test]
    public async Task An_answer_that_breaks_off_is_passed_on_broken_and_not_recorded(CancellationToken token)
    {
        await using var real = await FakeGateway.StartAsync(cancellationToken: token);
        real.Chat("chat").Breaks(Fault.CutAfter(1));
        await using (var recording = await FakeGateway.RecordAsync(real.Target, _folder, cancellationToken: token))
        {
            using var client = recording.CreateClient();
            await Assert.CatchAsync<DeployException>(() => client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToListAsync(token).AsTask());
        }

        Assert.That(Directory.EnumerateFileSystemEntries(_folder), Is.Empty);
    }

    [Test]
    public async Task A_gateway_that_is_not_there_gives_502_and_no_recording(CancellationToken token)
    {
        string target;
        await using (var gone = await FakeGateway.StartAsync(cancellationToken: token))
        {
            target = gone.Target;
        }

        await using var recording = await FakeGateway.RecordAsync(target, _folder, cancellationToken: token);
        using var client = recording.CreateClient();

        var failure = await Assert.ThrowsAsync<DeployServerException>(() => client.PredictAsync("chat", new ChatRequest("x"), token));

        Assert.Multiple(() =>
        {
            Assert.That(failure!.Message, Does.Contain(target).And.Contain("could not be asked"));
            Assert.That(Directory.EnumerateFileSystemEntries(_folder), Is.Empty);
        });
    }

    [Test]
    public void ReplayAsync_of_a_folder_without_recordings_says_so()
    {
        Assert.Multiple(() =>
        {
            Assert.That(async () => await FakeGateway.ReplayAsync(_folder), Throws.TypeOf<InvalidDataException>().With.Message.Contains("RecordAsync"));
            Assert.That(async () => await FakeGateway.ReplayAsync(Path.Combine(_folder, "nope")), Throws.TypeOf<DirectoryNotFoundException>().With.Message.Contains("nope"));
        });
    }

    [Test]
    public void ReplayAsync_of_a_file_that_is_no_recording_names_it([Values("{", "{}", "[]")] string text)
    {
        File.WriteAllText(Path.Combine(_folder, "odd.json"), text);

        Assert.That(async () => await FakeGateway.ReplayAsync(_folder), Throws.TypeOf<InvalidDataException>().With.Message.Contains("odd.json"));
    }

    [Test]
    public void RecordAsync_of_a_target_that_is_no_address_is_refused([Values("databricks", "localhost", "http://user:word@host")] string target) =>
        Assert.That(async () => await FakeGateway.RecordAsync(target, _folder), Throws.ArgumentException.With.Message.Contains("http"));

    private static async Task<(ChatResponse Chat, ChatResponse Streamed, EmbeddingResponse Embeddings, List<DeploymentEndpoint> Endpoints)> AskAsync(DeployClient client, CancellationToken token) =>
    (
        await client.PredictAsync("chat", new ChatRequest("Hi"), token),
        await client.PredictStreamAsync("chat", new ChatRequest("Hi"), token).ToChatResponseAsync(token),
        await client.PredictAsync("embeddings", new EmbeddingRequest("x"), token),
        await client.ListEndpointsAsync(token).ToListAsync(token));

    private string[] Files() => [.. Directory.EnumerateFileSystemEntries(_folder).Select(path => Path.GetFileName(path)!).Order()];

    private async Task RecordStreamAsync(CancellationToken token)
    {
        await using var real = await FakeGateway.StartAsync(cancellationToken: token);
        real.Chat("chat").Returns("Once upon");
        await using var recording = await FakeGateway.RecordAsync(real.Target, _folder, cancellationToken: token);
        using var client = recording.CreateClient();
        await client.PredictStreamAsync("chat", new ChatRequest("Tell") { N = 1 }, token).ToListAsync(token);
    }
}
