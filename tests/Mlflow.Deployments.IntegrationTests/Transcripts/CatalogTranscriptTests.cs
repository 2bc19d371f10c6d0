using System.Text.Json.Nodes;

namespace Mlflow.Deployments.IntegrationTests.Transcripts;

/// <summary>Every catalogue and health answer of a real gateway is understood.</summary>
[CancelAfter(10_000)]
public class CatalogTranscriptTests
{
    private const string Root = "/api/2.0/endpoints";

    private static readonly Transcript LastPage = new()
    {
        Name = "last page", Gateway = "none", Method = "GET", Path = Root + "/", Status = 200, Body = """{"endpoints":[],"next_page_token":null}""",
        Headers = new Dictionary<string, string> { ["content-type"] = "application/json" },
    };

    private static IEnumerable<TestCaseData> Lists() => Transcript.Cases(transcript => IsList(transcript) && transcript.Status < 400);

    private static IEnumerable<TestCaseData> RefusedLists() => Transcript.Cases(transcript => IsList(transcript) && transcript.Status >= 400);

    private static IEnumerable<TestCaseData> Endpoints() => Transcript.Cases(transcript => IsEndpoint(transcript) && transcript.Status < 400);

    private static IEnumerable<TestCaseData> RefusedEndpoints() => Transcript.Cases(transcript => IsEndpoint(transcript) && transcript.Status >= 400);

    private static IEnumerable<TestCaseData> Healths() => Transcript.Cases(transcript => transcript.IsCatalog && transcript.Path.StartsWith("/health", StringComparison.Ordinal));

    [TestCaseSource(nameof(Lists))]
    public async Task ListEndpointsAsync_gives_every_recorded_endpoint_and_asks_for_the_next_page(string name, CancellationToken token)
    {
        var transcript = Transcript.Find(name);
        var page = Answering(transcript);
        await using var server = await ReplayServer.StartAsync(transcript.IsRedirect ? [transcript, page, LastPage] : [page, LastPage]);
        using var client = server.Client();

        var endpoints = await client.ListEndpointsAsync(token).ToListAsync(token);

        var next = (string?)page.BodyJson["next_page_token"];
        Assert.Multiple(() =>
        {
            Assert.That(endpoints.Select(Describe), Is.EqualTo(page.BodyJson["endpoints"]!.AsArray().Select(Describe)));
            Assert.That(server.Targets.Last(), next is null ? Is.EqualTo($"{Root}/") : Is.EqualTo($"{Root}/?page_token={Uri.EscapeDataString(next)}"));
        });
    }

    [TestCaseSource(nameof(RefusedLists))]
    public async Task ListEndpointsAsync_that_is_refused_throws_with_the_words_of_the_gateway(string name, CancellationToken token)
    {
        var transcript = Transcript.Find(name);
        await using var server = await ReplayServer.StartAsync(transcript);
        using var client = server.Client();

        var failure = await Assert.CatchAsync<DeployException>(() => client.ListEndpointsAsync(token).ToListAsync(token).AsTask());

        FailureTranscriptTests.AssertTells(failure!, transcript, isEndpoint: false);
    }

    [TestCaseSource(nameof(Endpoints))]
    public async Task GetEndpointAsync_gives_every_recorded_field(string name, CancellationToken token)
    {
        var transcript = Transcript.Find(name);
        var answer = Answering(transcript);
        await using var server = await ReplayServer.StartAsync(transcript, answer);
        using var client = server.Client();

        var endpoint = await client.GetEndpointAsync(NameIn(transcript), token);

        Assert.That(Describe(endpoint), Is.EqualTo(Describe(answer.BodyJson)));
    }

    [TestCaseSource(nameof(RefusedEndpoints))]
    public async Task GetEndpointAsync_that_is_refused_throws_with_the_words_of_the_gateway(string name, CancellationToken token)
    {
        var transcript = Transcript.Find(name);
        await using var server = await ReplayServer.StartAsync(transcript);
        using var client = server.Client();

        var failure = await Assert.CatchAsync<DeployException>(() => client.GetEndpointAsync(NameIn(transcript), token));

        FailureTranscriptTests.AssertTells(failure!, transcript, isEndpoint: true);
    }

    [TestCaseSource(nameof(Healths))]
    public async Task GetHealthAsync_tells_the_recorded_word(string name, CancellationToken token)
    {
        var transcript = Transcript.Find(name);
        var answer = Answering(transcript);
        await using var server = await ReplayServer.StartAsync(transcript, answer);
        using var client = server.Client();

        var health = await client.GetHealthAsync(token);

        Assert.That((health.IsHealthy, health.Status, (int?)health.StatusCode), Is.EqualTo((true, (string?)answer.BodyJson["status"], answer.Status)));
    }

    private static bool IsList(Transcript transcript) => transcript.IsCatalog && transcript.Path.Split('?')[0].TrimEnd('/') == Root;

    private static bool IsEndpoint(Transcript transcript) => transcript.IsCatalog && !IsList(transcript) && transcript.Path.StartsWith(Root, StringComparison.Ordinal);

    private static Transcript Answering(Transcript transcript) => transcript.IsRedirect ? transcript.FindTargetOfRedirect() : transcript;

    private static string NameIn(Transcript transcript) => transcript.Path[(Root.Length + 1)..].TrimEnd('/');

    private static string Describe(DeploymentEndpoint endpoint) =>
        $"{endpoint.Name} {endpoint.Type} {endpoint.Models.Single().Name} {endpoint.Models.Single().Provider} {endpoint.Url!.AbsolutePath} "
        + $"{endpoint.Limit?.Calls} {endpoint.Limit?.Key} {endpoint.Limit?.RenewalPeriod}";

    private static string Describe(JsonNode? endpoint) =>
        $"{endpoint!["name"]} {endpoint["endpoint_type"]} {endpoint["model"]!["name"]} {endpoint["model"]!["provider"]} {endpoint["endpoint_url"]} "
        + $"{endpoint["limit"]?["calls"]} {endpoint["limit"]?["key"]} {endpoint["limit"]?["renewal_period"]}";
}
