using System.Globalization;

namespace Mlflow.Deployments.Json;

/// <summary>Describes a text by its length: records of the wire hold prompts and answers, which must not reach a log through <c>ToString()</c>.</summary>
internal static class ShortText
{
    public static string Describe(string? text) =>
        text is null ? "null" : string.Create(CultureInfo.InvariantCulture, $"{text.Length} characters");

    public static string Describe<T>(IReadOnlyCollection<T>? items) =>
        items is null ? "null" : string.Create(CultureInfo.InvariantCulture, $"{items.Count} items");
}
