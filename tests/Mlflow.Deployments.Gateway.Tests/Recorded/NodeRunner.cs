using System.Diagnostics;
using System.Text.Json.Nodes;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Recorded;

/// <summary>
/// Plays recorded exchanges against the gateway's program, by the runners that belong to the recordings. They know what is asked for and
/// what is free; to tell all that again here would be a second, different truth.
/// </summary>
internal static class NodeRunner
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>Runs a tool of the shared folder.</summary>
    /// <param name="tool">The file name of the tool.</param>
    /// <param name="nameField">The field of a result that holds the name of the case.</param>
    /// <param name="arguments">More arguments for the tool.</param>
    /// <returns>What failed, for each case; empty for those that passed.</returns>
    public static async Task<IReadOnlyDictionary<string, string>> PlayAsync(string tool, string nameField, params string[] arguments)
    {
        string script = SharedFolder.Require(Path.Combine("tools", tool));
        string results = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.json");
        string gateway = $"dotnet \"{typeof(GatewayApplication).Assembly.Location}\" start --config-path {{config}} --port {{port}}";
        using Process process = Start([script, "--gateway", gateway, "--json", results, .. arguments]);
        try
        {
            using var timeout = new CancellationTokenSource(Limit);
            Task<string> output = process.StandardOutput.ReadToEndAsync(timeout.Token);
            Task<string> error = process.StandardError.ReadToEndAsync(timeout.Token);
            await process.WaitForExitAsync(timeout.Token);
            Assert.That(File.Exists(results), $"{tool} ended with code {process.ExitCode} and no results: {await output}{await error}");
            JsonNode document = JsonNode.Parse(await File.ReadAllTextAsync(results, timeout.Token))!;
            return document["results"]!.AsArray().ToDictionary(
                x => (string)x![nameField]!,
                x => (bool)x!["ok"]! ? "" : string.Join("; ", x["failures"]!.AsArray().Select(y => (string)y!)),
                StringComparer.Ordinal);
        }
        finally
        {
            File.Delete(results);
        }
    }

    private static Process Start(string[] arguments)
    {
        var start = new ProcessStartInfo("node", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        return Process.Start(start)!;
    }
}
