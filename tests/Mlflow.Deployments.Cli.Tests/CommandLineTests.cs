using System.CommandLine;

namespace Mlflow.Deployments.Cli.Tests;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CommandLineTests
{
    [Test]
    public void RootCommand_unknown_word_is_an_error()
    {
        var result = new RootCommand().Parse(["nonsense"]);

        Assert.That(result.Errors, Is.Not.Empty);
    }
}
