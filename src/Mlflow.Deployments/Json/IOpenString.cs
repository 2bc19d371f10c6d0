namespace Mlflow.Deployments.Json;

/// <summary>A text of the wire with well-known values, of which unknown ones survive.</summary>
internal interface IOpenString<TSelf>
    where TSelf : struct, IOpenString<TSelf>
{
    /// <summary>Gets the text, or null when the server sent null.</summary>
    string? Value { get; }

    /// <summary>Gets the values that are met often, so that reading one allocates nothing.</summary>
    static abstract ReadOnlySpan<string> WellKnown { get; }

    static abstract TSelf From(string? value);
}
