using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests;

/// <summary>Finds the reference data that lies outside the repository, in a folder <c>shared</c> beside the checkout or named by a variable.</summary>
internal static class SharedFolder
{
    public const string LocationVariable = "MLFLOW_DEPLOYMENTS_SHARED";
    public const string RequireVariable = "MLFLOW_DEPLOYMENTS_REQUIRE_ALL";

    /// <summary>Returns the full path of a file or folder in it. Where it is missing the test ends: ignored, or failed if everything is required.</summary>
    public static string Require(string relativePath)
    {
        if (Find(relativePath) is { } path)
        {
            return path;
        }

        Missing($"The reference data '{relativePath}' is missing. Put the project's shared folder beside the checkout, or set {LocationVariable} to its path.");
        return relativePath;
    }

    /// <summary>Returns the full path of a file or folder in it, or null.</summary>
    public static string? Find(string relativePath) =>
        Candidates().Select(folder => Path.Combine(folder, relativePath)).FirstOrDefault(Path.Exists);

    /// <summary>Ends a test that lacks something: ignored, or failed if everything is required.</summary>
    public static void Missing(string message)
    {
        if (Environment.GetEnvironmentVariable(RequireVariable) == "1")
        {
            Assert.Fail(message);
        }

        Assert.Ignore(message);
    }

    private static IEnumerable<string> Candidates()
    {
        string? named = Environment.GetEnvironmentVariable(LocationVariable);
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
