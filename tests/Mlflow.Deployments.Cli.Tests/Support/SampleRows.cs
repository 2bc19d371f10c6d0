using System.Text;

namespace Mlflow.Deployments.Cli.Tests.Support;

/// <summary>JSON Lines to embed, one row in a hundred without a text.</summary>
internal static class SampleRows
{
    public static Task WriteAsync(string path, int count) =>
        File.WriteAllLinesAsync(path, Enumerable.Range(0, count).Select(i => i % 100 == 7 ? $$"""{"id":{{i}}}""" : $$"""{"id":{{i}},"text":"text {{i}}"}"""), new UTF8Encoding(false));
}
