namespace Mlflow.Deployments.Tests.Support;

/// <summary>The one test that Stryker runs (tests/mutation): it keeps the client that Stryker has made, with all mutants in it.</summary>
public class MutantKeeper
{
    [Test]
    public void Client_with_mutants_is_kept()
    {
        if (Environment.GetEnvironmentVariable("MLFLOW_DEPLOYMENTS_MUTANTS") is not { Length: > 0 } folder)
        {
            Assert.Ignore("This is a part of tests/mutation, which names a folder in MLFLOW_DEPLOYMENTS_MUTANTS.");
            return;
        }

        var client = typeof(DeployClient).Assembly.Location;
        File.Copy(client, Path.Combine(folder, Path.GetFileName(client)), overwrite: true);
    }
}
