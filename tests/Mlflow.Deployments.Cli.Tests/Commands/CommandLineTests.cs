using Mlflow.Deployments.Cli.Tests.Support;

namespace Mlflow.Deployments.Cli.Tests.Commands;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CommandLineTests
{
    private const string NobodyListens = "http://127.0.0.1:1";

    [TestCase("nonsense")]
    [TestCase("predict", "--nope")]
    [TestCase("predict", "--message", "Hello")]
    [TestCase("predict", "--endpoint", "chat", "--message", "a", "--input", "b")]
    [TestCase("predict", "--endpoint", "chat", "--message", "a", "--param", "no-value")]
    [TestCase("predict", "--endpoint", "chat", "--input", "no/such/file.json")]
    [TestCase("stream", "--endpoint", "chat", "--message", "a", "--output", "table")]
    [TestCase("health", "--output", "xml")]
    [TestCase("endpoints")]
    [TestCase("endpoints", "get")]
    [TestCase("completion", "tcsh")]
    public async Task RunAsync_command_line_that_makes_no_sense_is_one_sentence_and_exit_code_2(params string[] arguments)
    {
        var run = await CommandRun.OfAsync([.. arguments, "--target", NobodyListens]);

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(2));
            Assert.That(run.Output, Is.Empty);
            Assert.That(run.Error, Does.StartWith("error: ").And.Not.Contains("   at "));
            Assert.That(run.Error.TrimEnd('\n').Split('\n'), Has.Length.EqualTo(1));
        });
    }

    [TestCase("localhost:5000")]
    [TestCase("not a url")]
    [TestCase("ftp://host")]
    public async Task RunAsync_target_that_cannot_be_used_is_named(string target)
    {
        var run = await CommandRun.OfAsync("health", "--target", target);

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(2));
            Assert.That(run.Error, Does.Contain(target).And.Contain("http://localhost:5000").And.Not.Contains("Parameter"));
        });
    }

    [Test]
    public async Task RunAsync_help_of_every_command_has_examples_that_parse([Values] bool isShort)
    {
        string[][] commands = [["endpoints", "list"], ["endpoints", "get"], ["predict"], ["stream"], ["chat"], ["health"], ["completion"]];
        foreach (var command in commands)
        {
            var run = await CommandRun.OfAsync([.. command, isShort ? "-h" : "--help"]);

            Assert.Multiple(() =>
            {
                Assert.That(run.ExitCode, Is.Zero);
                Assert.That(run.Output, Does.Contain("Examples:\n  mlflow-deployments ").Or.Contain($"Examples:{Environment.NewLine}  mlflow-deployments "), string.Join(' ', command));
            });
        }
    }

    [Test]
    public async Task RunAsync_cancelled_says_so_and_ends_with_130()
    {
        using var interrupts = new Console.Interrupts();
        interrupts.OnInterrupt();

        var run = await CommandRun.OfAsync(new CommandSetting { Interrupts = interrupts }, "health", "--target", NobodyListens);

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(130));
            Assert.That(run.Error, Is.EqualTo("Stopped.\n"));
        });
    }

    [TestCase("bash")]
    [TestCase("zsh")]
    [TestCase("fish")]
    [TestCase("pwsh")]
    public async Task Completion_every_shell_asks_the_program_itself(string shell)
    {
        var run = await CommandRun.OfAsync("completion", shell);

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.Zero);
            Assert.That(run.Output, Does.Contain("mlflow-deployments \"[suggest:"));
        });
    }

    [TestCase("pre", "predict")]
    [TestCase("endpoints ", "list")]
    [TestCase("predict --mes", "--message")]
    [TestCase("health --output ", "table")]
    public async Task Suggest_unfinished_line_is_completed(string line, string expected)
    {
        var run = await CommandRun.OfAsync($"[suggest:{line.Length}]", line);

        Assert.That(run.Output.Split('\n', StringSplitOptions.TrimEntries), Does.Contain(expected));
    }
}
