using System.Text.Json.Nodes;
using Mlflow.Deployments.Cli.Tests.Support;
using Mlflow.Deployments.Gateway;

namespace Mlflow.Deployments.Cli.Tests.Commands;

/// <summary>The commands that ask, against the reference gateway in this process.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class AskingTests : IAsyncDisposable
{
    private GatewayApplication _gateway = null!;

    private string Target => _gateway.Address.ToString();

    [SetUp]
    public async Task StartAsync() => _gateway = await GatewayApplication.StartAsync(new() { Port = 0 });

    public async ValueTask DisposeAsync() => await _gateway.DisposeAsync();

    [Test]
    public async Task Health_server_is_well_is_exit_code_0([Values("text", "table", "json")] string format)
    {
        var run = await CommandRun.OfAsync("health", "--target", Target, "--output", format);

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.Zero, run.Error);
            Assert.That(run.Output, Does.Contain("healthy").And.Contain("OK"));
        });
    }

    [Test]
    public async Task Health_nobody_listens_is_exit_code_3_and_machine_readable()
    {
        var run = await CommandRun.OfAsync("health", "--target", "http://127.0.0.1:1", "--output", "json");

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(3));
            Assert.That(JsonNode.Parse(run.Output)!["healthy"]!.GetValue<bool>(), Is.False);
            Assert.That(run.Error, Does.Contain("http://127.0.0.1:1"));
        });
    }

    [Test]
    public async Task Endpoints_list_as_text_is_a_line_each_with_tabs()
    {
        var run = await CommandRun.OfAsync("endpoints", "list", "--target", Target, "--output", "text");

        Assert.That(run.Output.Split('\n').Select(line => line.Split('\t')[0]), Is.EqualTo(new[] { "chat", "completions", "embeddings", "" }));
    }

    [Test]
    public async Task Endpoints_list_as_json_has_the_same_fields_for_each()
    {
        var run = await CommandRun.OfAsync("endpoints", "list", "--target", Target, "--output", "json");

        var endpoints = JsonNode.Parse(run.Output)!.AsArray();
        Assert.That(
            endpoints.Select(endpoint => string.Join(',', endpoint!.AsObject().Select(field => field.Key))),
            Is.All.EqualTo("name,type,models,url,limit,state").And.Exactly(3).Items);
    }

    [Test]
    public async Task Endpoints_get_as_table_has_no_colour_when_nobody_sees_it()
    {
        var run = await CommandRun.OfAsync("endpoints", "get", "embeddings", "--target", Target);

        Assert.Multiple(() =>
        {
            Assert.That(run.Output, Does.Match("name +type +model +provider").And.Contain("use-lite-en"));
            Assert.That(run.Output, Has.None.EqualTo('\u001b'));
        });
    }

    [Test]
    public async Task Endpoints_get_unknown_name_tells_how_to_find_names()
    {
        var run = await CommandRun.OfAsync("endpoints", "get", "nope", "--target", Target);

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(1));
            Assert.That(run.Error, Does.Contain("'nope'").And.Contain("mlflow-deployments endpoints list"));
        });
    }

    [TestCase("chat", "Hello there")]
    [TestCase("completions", "Once upon a time")]
    public async Task Predict_message_takes_the_form_of_the_endpoints_type(string endpoint, string message)
    {
        var run = await CommandRun.OfAsync("predict", "--target", Target, "--endpoint", endpoint, "--message", message);

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.Zero, run.Error);
            Assert.That(run.Output, Does.EndWith(message + "\n"));
        });
    }

    [Test]
    public async Task Predict_embeddings_prints_a_vector_a_line()
    {
        var setting = new CommandSetting { Input = """{"input": ["a cat", "a dog"]}""" };

        var run = await CommandRun.OfAsync(setting, "predict", "--target", Target, "--endpoint", "embeddings");

        var vectors = run.Output.TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!.AsArray().Count);
        Assert.That(vectors, Is.EqualTo(new[] { 512, 512 }));
    }

    [Test]
    public async Task Predict_text_on_standard_input_is_the_message()
    {
        var run = await CommandRun.OfAsync(new CommandSetting { Input = "Grüße\n" }, "predict", "--target", Target, "--endpoint", "chat", "--output", "json");

        Assert.That(run.Output, Does.Contain("Grüße").And.Not.Contain("\\u00"));
    }

    [Test]
    public async Task Predict_parameters_are_json_or_text()
    {
        var run = await CommandRun.OfAsync("predict", "--target", Target, "--endpoint", "chat", "--message", "Hi", "--param", "max_tokens=2", "--param", "user=me", "--output", "json");

        Assert.That(JsonNode.Parse(run.Output)!["usage"]!["completion_tokens"]!.GetValue<int>(), Is.EqualTo(2), run.Error);
    }

    [Test]
    public async Task Predict_parameter_that_is_repeated_counts_as_it_was_said_last()
    {
        var run = await CommandRun.OfAsync("predict", "--target", Target, "--endpoint", "chat", "--message", "Hello", "-p", "max_tokens=1", "-p", "n=2", "-p", "max_tokens=3", "--output", "json");

        var answer = JsonNode.Parse(run.Output)!;
        Assert.Multiple(() =>
        {
            Assert.That(answer["choices"]!.AsArray(), Has.Count.EqualTo(2), "the one of another name counts, too");
            Assert.That(answer["usage"]!["completion_tokens"]!.GetValue<int>(), Is.EqualTo(6));
        });
    }

    [Test]
    public async Task Predict_vectors_as_table_are_shortened()
    {
        var run = await CommandRun.OfAsync("predict", "--target", Target, "--endpoint", "embeddings", "--message", "a cat", "--output", "table");

        Assert.That(run.Output, Does.Match(@"\n *vector +512 numbers: -?0\.\d+, -?0\.\d+, -?0\.\d+, … *\n"), run.Error);
    }

    [Test]
    public async Task Predict_broken_json_names_source_and_place()
    {
        var run = await CommandRun.OfAsync(new CommandSetting { Input = "{\"input\":\n oops}" }, "predict", "--target", Target, "--endpoint", "chat");

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(2));
            Assert.That(run.Error, Does.Contain("Standard input").And.Contain("line 2"));
        });
    }

    [TestCase("predict")]
    [TestCase("stream")]
    public async Task Asking_without_input_at_a_terminal_does_not_wait(string command)
    {
        var run = await CommandRun.OfAsync(new CommandSetting { IsInputTerminal = true }, command, "--target", Target, "--endpoint", "chat");

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(2));
            Assert.That(run.Error, Does.Contain("--message").And.Contain("--input"));
        });
    }

    [TestCase("chat")]
    [TestCase("completions")]
    public async Task Stream_gives_the_text_of_predict(string endpoint)
    {
        var whole = await CommandRun.OfAsync("predict", "--target", Target, "--endpoint", endpoint, "--message", "Hello");

        var streamed = await CommandRun.OfAsync("stream", "--target", Target, "--endpoint", endpoint, "--message", "Hello");

        Assert.That(streamed.Output, Is.EqualTo(whole.Output));
    }

    [Test]
    public async Task Stream_as_json_is_a_chunk_a_line()
    {
        var run = await CommandRun.OfAsync("stream", "--target", Target, "--endpoint", "chat", "--message", "Hello", "--output", "json");

        var objects = run.Output.TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!["object"]!.GetValue<string>());
        Assert.That(objects, Is.All.EqualTo("chat.completion.chunk"));
        Assert.That(objects.Count(), Is.GreaterThan(3));
    }

    [Test]
    public async Task Stream_whole_answer_in_place_of_chunks_is_printed()
    {
        var run = await CommandRun.OfAsync("stream", "--target", Target, "--endpoint", "embeddings", "--message", "a cat");

        Assert.That(JsonNode.Parse(run.Output)!.AsArray(), Has.Count.EqualTo(512), run.Error);
    }

    [Test]
    public async Task Stream_unknown_endpoint_is_exit_code_1()
    {
        var run = await CommandRun.OfAsync("stream", "--target", Target, "--endpoint", "nope", "--message", "Hello");

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(1));
            Assert.That(run.Output, Is.Empty);
            Assert.That(run.Error, Does.StartWith("error: Endpoint 'nope'"));
        });
    }
}
