using Mlflow.Deployments.Cli.Tests.Support;
using Mlflow.Deployments.Gateway;

namespace Mlflow.Deployments.Cli.Tests.Commands;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ChatCommandTests : IAsyncDisposable
{
    private const string Replies = """
        endpoints:
          - name: chat
            endpoint_type: llm/v1/chat
            model:
              provider: embedded
              name: dev
              config:
                token_delay_ms: 10
                replies:
                  - match: long
                    reply: "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty"
                  - match: short
                    reply: brief
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private GatewayApplication _gateway = null!;

    private string Target => _gateway.Address.ToString();

    [SetUp]
    public async Task StartAsync()
    {
        var config = Path.Combine(_folder, "gateway.yaml");
        await File.WriteAllTextAsync(config, Replies);
        _gateway = await GatewayApplication.StartAsync(new() { Port = 0, ConfigPath = config });
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task Chat_answers_each_line_until_the_input_ends()
    {
        var run = await CommandRun.OfAsync(new CommandSetting { Input = "short\n\nshort again\n" }, "chat", "--target", Target, "--endpoint", "chat");

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.Zero, run.Error);
            Assert.That(run.Output, Is.EqualTo("brief\nbrief\n"));
        });
    }

    [Test]
    public async Task Chat_exit_ends_it()
    {
        var run = await CommandRun.OfAsync(new CommandSetting { Input = "/exit\nshort\n" }, "chat", "--target", Target, "--endpoint", "chat");

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.Zero);
            Assert.That(run.Output, Is.Empty);
        });
    }

    [Test]
    [CancelAfter(20_000)]
    public async Task Chat_interrupt_stops_the_answer_and_the_next_question_is_answered(CancellationToken cancellationToken)
    {
        using var interrupts = new Console.Interrupts();
        using var output = new SignallingWriter("one", () => interrupts.OnInterrupt()) { NewLine = "\n" };
        var setting = new CommandSetting { Input = "long\nshort\n", Output = output, Interrupts = interrupts };

        var run = await CommandRun.OfAsync(setting, "chat", "--target", Target, "--endpoint", "chat").WaitAsync(cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.Zero, run.Error);
            Assert.That(run.Output, Does.StartWith("one").And.Contain(" [stopped]\n").And.Not.Contain("twenty").And.EndWith("brief\n"));
        });
    }

    [Test]
    public async Task Chat_end_of_the_input_at_a_terminal_ends_the_prompts_line()
    {
        var run = await CommandRun.OfAsync(new CommandSetting { IsInputTerminal = true, IsOutputTerminal = true }, "chat", "--target", Target, "--endpoint", "chat");

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.Zero);
            Assert.That(run.Output, Does.EndWith("> \n"));
        });
    }

    [Test]
    public async Task Chat_parameters_are_fields_of_each_request_and_the_last_of_a_name_counts()
    {
        var run = await CommandRun.OfAsync(
            new CommandSetting { Input = "long\nlong\n" }, "chat", "--target", Target, "--endpoint", "chat", "--param", "max_tokens=2", "--param", "user=me", "--param", "max_tokens=3");

        Assert.That(run.Output, Is.EqualTo("one two three\none two three\n"), run.Error);
    }

    [TestCase("messages=[]")]
    [TestCase("stream=false")]
    [TestCase("no-value")]
    public async Task Chat_parameter_that_cannot_be_one_is_refused_before_anything_is_asked(string parameter)
    {
        var run = await CommandRun.OfAsync(new CommandSetting { Input = "short\n" }, "chat", "--target", Target, "--endpoint", "chat", "--param", parameter);

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(2));
            Assert.That(run.Error, Does.Contain("--param").And.Contain(parameter.Split('=')[0]));
            Assert.That(run.Output, Is.Empty);
        });
    }

    [Test]
    public async Task Chat_failed_answer_is_told_and_the_exit_code_says_so_at_the_end()
    {
        var run = await CommandRun.OfAsync(new CommandSetting { Input = "short\n" }, "chat", "--target", Target, "--endpoint", "nope");

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(1));
            Assert.That(run.Error, Does.StartWith("error: ").And.Contain("'nope'"));
        });
    }
}
