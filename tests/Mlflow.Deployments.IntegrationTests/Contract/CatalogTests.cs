using Mlflow.Deployments.IntegrationTests.Fakes;
using WireMock.RequestBuilders;

namespace Mlflow.Deployments.IntegrationTests.Contract;

[CancelAfter(10_000)]
public class CatalogTests
{
    private const string ListPath = "/api/2.0/endpoints/";

    [Test]
    public async Task ListEndpointsAsync_follows_every_page(CancellationToken token)
    {
        await using var server = await FaultServer.StartAsync(context => context.AnswerAsync(context.Request.Query["page_token"].ToString() switch
        {
            "" => $$"""{"endpoints":[{{Answers.Endpoint("a")}},{{Answers.Endpoint("b")}}],"next_page_token":"eyJpbmRleCI6IDJ9+/=="}""",
            "eyJpbmRleCI6IDJ9+/==" => $$"""{"endpoints":[],"next_page_token":"last"}""",
            _ => $$"""{"endpoints":[{{Answers.Endpoint("c")}}],"next_page_token":null}""",
        }));
        using var client = server.Client();

        var names = await client.ListEndpointsAsync(token).Select(endpoint => endpoint.Name).ToListAsync(token);

        Assert.Multiple(() =>
        {
            Assert.That(names, Is.EqualTo(new[] { "a", "b", "c" }));
            Assert.That(server.Targets, Is.EqualTo(new[] { ListPath, $"{ListPath}?page_token=eyJpbmRleCI6IDJ9%2B%2F%3D%3D", $"{ListPath}?page_token=last" }));
        });
    }

    [TestCase("""{"endpoints":[],"next_page_token":null}""")]
    [TestCase("""{"endpoints":[],"next_page_token":""}""")]
    [TestCase("""{"endpoints":[]}""")]
    [TestCase("""{"endpoints":null}""")]
    [TestCase("{}")]
    public async Task ListEndpointsAsync_without_a_next_token_ends(string page, CancellationToken token)
    {
        using var gateway = Gateway.Answering(ListPath, page);
        using var client = gateway.Client();

        var endpoints = await client.ListEndpointsAsync(token).ToListAsync(token);

        Assert.Multiple(() =>
        {
            Assert.That(endpoints, Is.Empty);
            Assert.That(gateway.Requests, Is.EqualTo(1));
        });
    }

    [Test]
    public async Task ListEndpointsAsync_whose_token_repeats_throws(CancellationToken token)
    {
        using var gateway = Gateway.Answering(ListPath, $$"""{"endpoints":[{{Answers.Endpoint("a")}}],"next_page_token":"same"}""");
        using var client = gateway.Client();

        var failure = await Assert.ThrowsAsync<DeployException>(() => client.ListEndpointsAsync(token).ToListAsync(token).AsTask());

        Assert.Multiple(() =>
        {
            Assert.That(failure!.Message, Does.Contain("'same'").And.Contain("does not end"));
            Assert.That(gateway.Requests, Is.EqualTo(2));
        });
    }

    [Test]
    public async Task ListEndpointsAsync_whose_tokens_go_round_in_a_circle_throws(CancellationToken token)
    {
        using var gateway = new Gateway();
        gateway.Answer(Request.Create().WithPath(ListPath), """{"endpoints":[],"next_page_token":"odd"}""");
        gateway.Answer(Request.Create().WithPath(ListPath).WithParam("page_token", "odd"), """{"endpoints":[],"next_page_token":"even"}""");
        using var client = gateway.Client();

        var failure = await Assert.ThrowsAsync<DeployException>(() => client.ListEndpointsAsync(token).ToListAsync(token).AsTask());

        Assert.That(failure!.Message, Does.Contain("'odd'").And.Contain("does not end"));
    }

    [Test]
    public async Task ListEndpointsAsync_that_is_left_asks_for_no_further_page(CancellationToken token)
    {
        using var gateway = Gateway.Answering(ListPath, $$"""{"endpoints":[{{Answers.Endpoint("a")}}],"next_page_token":"more"}""");
        using var client = gateway.Client();

        var first = await client.ListEndpointsAsync(token).FirstAsync(token);

        Assert.Multiple(() =>
        {
            Assert.That(first.Name, Is.EqualTo("a"));
            Assert.That(gateway.Requests, Is.EqualTo(1));
        });
    }

    [Test]
    public async Task ListEndpointsAsync_that_is_cancelled_between_pages_throws_for_the_callers_token(CancellationToken token)
    {
        using var gateway = Gateway.Answering(ListPath, $$"""{"endpoints":[{{Answers.Endpoint("a")}}],"next_page_token":"more"}""");
        using var client = gateway.Client();
        using var source = CancellationTokenSource.CreateLinkedTokenSource(token);
        await using var endpoints = client.ListEndpointsAsync(source.Token).GetAsyncEnumerator(source.Token);
        await endpoints.MoveNextAsync();

        await source.CancelAsync();

        Assert.That(async () => await endpoints.MoveNextAsync(), Throws.InstanceOf<OperationCanceledException>().With.Property("CancellationToken").EqualTo(source.Token));
    }

    [Test]
    public async Task ListEndpointsAsync_that_fails_names_the_list(CancellationToken token)
    {
        using var gateway = Gateway.Answering(ListPath, """{"error_code":"INVALID_PARAMETER_VALUE","message":"bad token"}""", 400);
        using var client = gateway.Client();

        var failure = await Assert.ThrowsAsync<DeployRequestException>(() => client.ListEndpointsAsync(token).ToListAsync(token).AsTask());

        Assert.Multiple(() =>
        {
            Assert.That(failure!.Message, Does.StartWith("The list of endpoints returned 400").And.Contain("bad token"));
            Assert.That(failure!.ErrorCode, Is.EqualTo("INVALID_PARAMETER_VALUE"));
            Assert.That(failure!.Endpoint, Is.Null);
        });
    }

    [Test]
    public async Task GetEndpointAsync_reads_every_field(CancellationToken token)
    {
        using var gateway = Gateway.Answering("/api/2.0/endpoints/chat", Answers.Endpoint("chat"));
        using var client = gateway.Client();

        var endpoint = await client.GetEndpointAsync("chat", token);

        Assert.Multiple(() =>
        {
            Assert.That(gateway.Request.Method, Is.EqualTo("GET"));
            Assert.That(gateway.Request.Body, Is.Null.Or.Empty);
            Assert.That((endpoint.Name, endpoint.Type), Is.EqualTo(("chat", EndpointType.Chat)));
            Assert.That(endpoint.Models.Select(model => (model.Name, model.Provider)), Is.EqualTo(new[] { ("gpt-4o", "openai") }));
            Assert.That((endpoint.Limit!.Calls, endpoint.Limit.Key, endpoint.Limit.RenewalPeriod), Is.EqualTo((10, (string?)null, "minute")));
            Assert.That(endpoint.Extra!["note"].GetString(), Is.EqualTo("new"));
        });
    }

    [TestCase("", "/gateway/x/invocations", "{0}/gateway/x/invocations")]
    [TestCase("", "gateway/x/invocations", "{0}/gateway/x/invocations")]
    [TestCase("/proxy/ai", "/gateway/x/invocations", "{0}/proxy/ai/gateway/x/invocations")]
    [TestCase("/proxy/ai/", "/gateway/x/invocations", "{0}/proxy/ai/gateway/x/invocations")]
    [TestCase("/proxy/ai", "https://elsewhere.test/run", "https://elsewhere.test/run")]
    public async Task GetEndpointAsync_makes_the_url_absolute(string prefix, string url, string expected, CancellationToken token)
    {
        using var gateway = Gateway.Answering(prefix.TrimEnd('/') + "/api/2.0/endpoints/x", Answers.Endpoint("x", url));
        using var client = new DeployClient(gateway.Address + prefix, Options.ForGateway());

        var endpoint = await client.GetEndpointAsync("x", token);

        Assert.That(endpoint.Url!.AbsoluteUri, Is.EqualTo(string.Format(System.Globalization.CultureInfo.InvariantCulture, expected, gateway.Address.TrimEnd('/'))));
    }

    [TestCase("""{"name":"x"}""")]
    [TestCase("""{"name":"x","endpoint_type":null,"model":null,"endpoint_url":null,"limit":null}""")]
    [TestCase("""{"name":"x","endpoint_type":"llm/v9/dreams","model":{"name":null,"provider":"new-one","size":3},"limit":{"calls":1,"burst":2}}""")]
    public async Task GetEndpointAsync_takes_missing_and_unknown_values(string body, CancellationToken token)
    {
        using var gateway = Gateway.Answering("/api/2.0/endpoints/x", body);
        using var client = gateway.Client();

        var endpoint = await client.GetEndpointAsync("x", token);

        Assert.That((endpoint.Name, endpoint.Url), Is.EqualTo(("x", (Uri?)null)));
    }

    [Test]
    public async Task GetEndpointAsync_of_an_unknown_name_throws_with_the_servers_words(CancellationToken token)
    {
        using var gateway = Gateway.Answering("/api/2.0/endpoints/x", """{"detail":"The endpoint 'x' is not present or active on the server. Please verify the endpoint name."}""", 404);
        using var client = gateway.Client();

        var failure = await Assert.ThrowsAsync<DeployEndpointNotFoundException>(() => client.GetEndpointAsync("x", token));

        Assert.Multiple(() =>
        {
            Assert.That(failure!.Message, Does.Contain("is not present or active on the server"));
            Assert.That(failure!.Endpoint, Is.EqualTo("x"));
        });
    }
}
