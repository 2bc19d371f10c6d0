using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Tests.Support;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Configuration;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[CancelAfter(30_000)]
public sealed class ReloadTests : IDisposable
{
    private const string Body = """{"messages":[{"role":"user","content":"x"}]}""";

    private readonly string _folder = Directory.CreateTempSubdirectory("gateway-reload-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task File_that_is_written_anew_is_in_force(CancellationToken cancellationToken)
    {
        string path = Write("gateway.yaml", Yaml("one"));
        await using TestGateway gateway = await StartAsync(path);

        ReloadStatus status = await gateway.AfterReloadAsync(() => Write("gateway.yaml", Yaml("two")), cancellationToken);

        Assert.That(status.Version, Is.EqualTo(2));
        Assert.That(await NamesAsync(gateway, cancellationToken), Is.EqualTo("two"));
    }

    [Test]
    public async Task File_that_comes_by_a_rename_is_in_force(CancellationToken cancellationToken)
    {
        string path = Write("gateway.yaml", Yaml("one"));
        await using TestGateway gateway = await StartAsync(path);

        await gateway.AfterReloadAsync(() => File.Move(Write("new.yaml", Yaml("two")), path, overwrite: true), cancellationToken);

        Assert.That(await NamesAsync(gateway, cancellationToken), Is.EqualTo("two"));
    }

    [Test]
    [Platform("Linux", Reason = "that is where Kubernetes does it")]
    public async Task Link_to_a_folder_that_is_set_anew_is_in_force_with_its_keys(CancellationToken cancellationToken)
    {
        // As Kubernetes mounts a ConfigMap: gateway.yaml -> ..data/gateway.yaml, ..data -> ..1
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(FakeUpstream.ChatAnswer);
        string yaml = Yaml("one", upstream.Address, key: Path.Combine(_folder, "key"));
        foreach ((string version, string key) in new[] { ("..1", "sk-first"), ("..2", "sk-second") })
        {
            Directory.CreateDirectory(Path.Combine(_folder, version));
            Write($"{version}/gateway.yaml", yaml);
            Write($"{version}/key", key);
        }
        Directory.CreateSymbolicLink(Path.Combine(_folder, "..data"), "..1");
        File.CreateSymbolicLink(Path.Combine(_folder, "gateway.yaml"), "..data/gateway.yaml");
        File.CreateSymbolicLink(Path.Combine(_folder, "key"), "..data/key");
        await using TestGateway gateway = await StartAsync(Path.Combine(_folder, "gateway.yaml"));
        using HttpResponseMessage before = await gateway.PostAsync("/gateway/one/invocations", Body, cancellationToken);

        await gateway.AfterReloadAsync(
            () =>
            {
                Directory.CreateSymbolicLink(Path.Combine(_folder, "..data_tmp"), "..2");
                // Over the old link in one step; File.Move takes a link to a folder for a folder.
                using Process move = Process.Start("mv", ["-T", Path.Combine(_folder, "..data_tmp"), Path.Combine(_folder, "..data")]);
                move.WaitForExit();
            },
            cancellationToken);
        using HttpResponseMessage after = await gateway.PostAsync("/gateway/one/invocations", Body, cancellationToken);

        Assert.That(upstream.Authorizations, Is.EqualTo(new[] { "Bearer sk-first", "Bearer sk-second" }));
    }

    [Test]
    public async Task File_that_cannot_be_used_keeps_the_old_one_and_says_why(CancellationToken cancellationToken)
    {
        string path = Write("gateway.yaml", Yaml("one"));
        await using TestGateway gateway = await StartAsync(path);

        await gateway.AfterReloadAsync(() => Write("gateway.yaml", "endpoints: [{ name: broken }]"), cancellationToken);
        string names = await NamesAsync(gateway, cancellationToken);
        JsonNode refused = await HealthAsync(gateway, cancellationToken);
        await gateway.AfterReloadAsync(() => Write("gateway.yaml", Yaml("two")), cancellationToken);
        JsonNode mended = await HealthAsync(gateway, cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(names, Is.EqualTo("one"));
            Assert.That((int)refused["version"]!, Is.EqualTo(1));
            Assert.That((string?)refused["refused"]!["problems"]![0], Does.Contain("endpoint 'broken': endpoint_type: is missing"));
            Assert.That(mended["refused"], Is.Null);
            Assert.That((int)mended["version"]!, Is.EqualTo(2));
        });
    }

    [Test]
    public async Task Key_file_that_is_gone_does_not_make_its_path_the_key(CancellationToken cancellationToken)
    {
        string key = Write("key", "sk-first");
        string path = Write("gateway.yaml", Yaml("one", key: key));
        await using TestGateway gateway = await StartAsync(path);

        ReloadStatus status = await gateway.AfterReloadAsync(() => File.Delete(key), cancellationToken);

        Assert.That(status.Version, Is.EqualTo(1));
        Assert.That(status.Refused!.Problems.Single(), Does.Contain("openai_api_key").And.Contain("cannot be read"));
    }

    [Test]
    public async Task Request_in_flight_ends_on_the_configuration_it_began_with(CancellationToken cancellationToken)
    {
        var arrived = new TaskCompletionSource();
        var gate = new TaskCompletionSource();
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(async context =>
        {
            arrived.TrySetResult();
            await gate.Task;
            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(FakeUpstream.ChatAnswer), cancellationToken);
        });
        string path = Write("gateway.yaml", Yaml("one", upstream.Address));
        await using TestGateway gateway = await StartAsync(path);
        Task<HttpResponseMessage> request = gateway.PostAsync("/gateway/one/invocations", Body, cancellationToken);
        await arrived.Task.WaitAsync(cancellationToken);

        await gateway.AfterReloadAsync(() => Write("gateway.yaml", Yaml("two", upstream.Address)), cancellationToken);
        gate.SetResult();
        using HttpResponseMessage response = await request;
        using HttpResponseMessage gone = await gateway.PostAsync("/gateway/one/invocations", Body, cancellationToken);

        Assert.That((response.StatusCode, gone.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.NotFound)));
    }

    [Test]
    public async Task Limit_that_stays_keeps_its_count(CancellationToken cancellationToken)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync(FakeUpstream.ChatAnswer);
        const string Limit = "limit: { calls: 1, renewal_period: hour }";
        string path = Write("gateway.yaml", Yaml("one", upstream.Address, more: Limit));
        await using TestGateway gateway = await StartAsync(path);
        using HttpResponseMessage first = await gateway.PostAsync("/gateway/one/invocations", Body, cancellationToken);

        await gateway.AfterReloadAsync(() => Write("gateway.yaml", $"# changed\n{Yaml("one", upstream.Address, more: Limit)}"), cancellationToken);
        using HttpResponseMessage second = await gateway.PostAsync("/gateway/one/invocations", Body, cancellationToken);

        Assert.That((first.StatusCode, second.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.TooManyRequests)));
    }

    private static Task<TestGateway> StartAsync(string path) =>
        TestGateway.StartFromFileAsync(path, new GatewayOptions { ReloadInterval = TimeSpan.FromMilliseconds(100) });

    private static string Yaml(string name, string upstream = "http://127.0.0.1:1", string key = "sk-test", string more = "") => $$"""
        endpoints:
          - name: {{name}}
            endpoint_type: llm/v1/chat
            model: { provider: openai, name: m, config: { openai_api_key: "{{key}}", openai_api_base: "{{upstream}}" } }
            {{more}}
        """;

    private static async Task<string> NamesAsync(TestGateway gateway, CancellationToken cancellationToken)
    {
        JsonNode list = JsonNode.Parse(await gateway.Client.GetStringAsync("/api/2.0/endpoints/", cancellationToken))!;
        return string.Join(',', list["endpoints"]!.AsArray().Select(x => (string)x!["name"]!));
    }

    private static async Task<JsonNode> HealthAsync(TestGateway gateway, CancellationToken cancellationToken) =>
        JsonNode.Parse(await gateway.Client.GetStringAsync("/health?verbose=true", cancellationToken))!["configuration"]!;

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
