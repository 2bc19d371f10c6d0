namespace Mlflow.Deployments.IntegrationTests.Transcripts;

/// <summary>Finds the folder of recordings, which is not part of the repository.</summary>
internal static class SharedFolder
{
    private const string Variable = "MLFLOW_DEPLOYMENTS_SHARED";
    private const string Strictness = "MLFLOW_DEPLOYMENTS_REQUIRE_ALL";

    /// <summary>Returns a folder of the shared folder; null when there is none.</summary>
    public static string? Find(string name)
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
        {
            var folder = Path.Combine(given, name);
            return Directory.Exists(folder) ? folder : null;
        }

        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var folder = Path.Combine(at.FullName, "shared", name);
            if (Directory.Exists(folder))
            {
                return folder;
            }
        }

        return null;
    }

    /// <summary>Skips the test, or fails it where everything is required.</summary>
    public static void Missing(string name)
    {
        var what = $"There is no folder '{name}' of recordings: set {Variable} to the folder that holds it.";
        if (Environment.GetEnvironmentVariable(Strictness) == "1")
        {
            Assert.Fail(what);
        }

        Assert.Ignore(what);
    }
}
