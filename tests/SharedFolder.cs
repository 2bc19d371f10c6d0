namespace Mlflow.Deployments.Tests.Shared;

/// <summary>
/// Finds what some tests need and the repository does not have: recordings and their tools, in a folder <c>shared</c> beside the checkout or
/// named by a variable, and Node.js. A test that lacks it is skipped, with what to install in its name, or fails if everything is required.
/// </summary>
internal static class SharedFolder
{
    public const string LocationVariable = "MLFLOW_DEPLOYMENTS_SHARED";
    public const string RequireVariable = "MLFLOW_DEPLOYMENTS_REQUIRE_ALL";

    /// <summary>The name of a test that stands for all that lack the recordings: a console shows names of skipped tests, not reasons.</summary>
    public const string NeedsRecordings = "needs the recordings: put the folder 'shared' beside the checkout, or set " + LocationVariable;

    /// <summary>The name of a test that stands for all that lack Node.js.</summary>
    public const string NeedsNode = "needs Node.js 20 or later: install it, for example with 'apt-get install nodejs'";

    /// <summary>The name of a test that stands for all that lack a Redis server.</summary>
    public const string NeedsRedis = "needs redis-server: install it, for example with 'apt-get install redis-server'";

    /// <summary>Gets whether Node.js can be started.</summary>
    public static bool HasNode => IsOnPath("node");

    /// <summary>Returns the full path of a file or folder in it. Where it is missing the test ends: skipped, or failed if everything is required.</summary>
    public static string Require(string relativePath)
    {
        if (Find(relativePath) is { } path)
        {
            return path;
        }

        Missing($"'{relativePath}' is missing; the test {NeedsRecordings}.");
        return relativePath;
    }

    /// <summary>Ends a test without Node.js.</summary>
    public static void RequireNode()
    {
        if (!HasNode)
        {
            Missing($"The test {NeedsNode}.");
        }
    }

    /// <summary>Returns the full path of a file or folder in it, or null.</summary>
    public static string? Find(string relativePath) =>
        Candidates().Select(folder => Path.Combine(folder, relativePath)).FirstOrDefault(Path.Exists);

    /// <summary>Ends a test without a Redis server on the path.</summary>
    public static void RequireRedis()
    {
        if (!IsOnPath("redis-server"))
        {
            Missing($"The test {NeedsRedis}.");
        }
    }

    private static void Missing(string message)
    {
        if (Environment.GetEnvironmentVariable(RequireVariable) == "1")
        {
            NUnit.Framework.Assert.Fail(message);
        }

        NUnit.Framework.Assert.Ignore(message);
    }

    private static bool IsOnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(Path.PathSeparator)
        .Any(folder => folder.Length > 0 && (File.Exists(Path.Combine(folder, program)) || File.Exists(Path.Combine(folder, program + ".exe"))));

    private static IEnumerable<string> Candidates()
    {
        var named = Environment.GetEnvironmentVariable(LocationVariable);
        if (!string.IsNullOrEmpty(named))
        {
            yield return named;
        }

        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            yield return Path.Combine(folder.FullName, "shared");
        }
    }
}
