namespace Mlflow.Deployments.Tests;

/// <summary>The checkout that the tests run in, for those that compare its pages with the code.</summary>
internal static class RepositoryFolder
{
    /// <summary>Gets the folder of the solution.</summary>
    public static string Path { get; } = Find();

    /// <summary>Reads a file by its path from the root.</summary>
    public static string Read(params string[] path) => File.ReadAllText(System.IO.Path.Combine([Path, .. path]));

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(folder.FullName, "Mlflow.Deployments.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests do not run inside the repository: no folder above them has Mlflow.Deployments.sln.");
        }

        return folder.FullName;
    }
}
