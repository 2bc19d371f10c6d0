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

    /// <summary>Gets whether Node.js can be started.</summary>
    public static bool HasNode => HasProgram("node");

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

    /// <summary>Ends a test without a program that it needs.</summary>
    /// <param name="name">The program.</param>
    /// <param name="needed">What the test needs and how to install it: "needs …".</param>
    public static void RequireProgram(string name, string needed)
    {
        if (!HasProgram(name))
        {
            Missing($"The test {needed}.");
        }
    }

    /// <summary>Returns the full path of a file or folder in it, or null.</summary>
    public static string? Find(string relativePath) =>
        Candidates().Select(folder => Path.Combine(folder, relativePath)).FirstOrDefault(Path.Exists);

    private static bool HasProgram(string name) => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(Path.PathSeparator)
        .Any(folder => folder.Length > 0 && (File.Exists(Path.Combine(folder, name)) || File.Exists(Path.Combine(folder, name + ".exe"))));

    private static void Missing(string message)
    {
        if (Environment.GetEnvironmentVariable(RequireVariable) == "1")
        {
            NUnit.Framework.Assert.Fail(message);
        }

        NUnit.Framework.Assert.Ignore(message);
    }

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
