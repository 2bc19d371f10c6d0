namespace Mlflow.Deployments;

/// <summary>One profile of a file of Databricks' tools.</summary>
/// <param name="name">The profile's name.</param>
/// <param name="path">The file, for the words of an exception.</param>
/// <param name="section">What the file says of it.</param>
internal sealed class DatabricksProfile(string name, string path, DatabricksConfigFile.Section section)
{
    public string? Host => this["host"];

    /// <summary>Gets a value, of the profile itself or inherited; null when it is missing or empty.</summary>
    public string? this[string key] => Own(key) ?? NonEmpty(section.Inherited.GetValueOrDefault(key));

    /// <summary>Gets a value that stands in the profile itself.</summary>
    public string? Own(string key) => NonEmpty(section.Values.GetValueOrDefault(key));

    /// <summary>Says where a key stands.</summary>
    public string Key(string key) => $"The key '{key}' of profile '{name}' in {path}";

    /// <summary>Says which profile this is; shows none of its values.</summary>
    public override string ToString() => $"Profile '{name}' in {path}";

    private static string? NonEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
