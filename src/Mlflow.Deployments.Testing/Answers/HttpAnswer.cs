namespace Mlflow.Deployments.Testing;

/// <summary>An answer given word for word, for what the other kinds cannot say.</summary>
/// <remarks>Immutable, and can be shared.</remarks>
public sealed record HttpAnswer
{
    /// <summary>Makes an answer.</summary>
    /// <param name="body">The body.</param>
    public HttpAnswer(string body)
    {
        ArgumentNullException.ThrowIfNull(body);
        Body = body;
    }

    /// <summary>Gets the body.</summary>
    public string Body { get; init; }

    /// <summary>Gets the status.</summary>
    /// <value>200.</value>
    public int Status { get; init; } = 200;

    /// <summary>Gets the content type; null for none.</summary>
    /// <value><c>application/json</c>.</value>
    public string? ContentType { get; init; } = "application/json";

    /// <summary>Gets further headers.</summary>
    /// <value>Empty.</value>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets how long the answer takes to begin, by the fake's clock.</summary>
    /// <value>No time.</value>
    public TimeSpan Delay { get; init; }

    /// <summary>Gets what goes wrong on the way.</summary>
    /// <value>Null: nothing.</value>
    public Fault? Fault { get; init; }

    /// <summary>Describes the answer without its body.</summary>
    /// <returns>The status and the length of the body.</returns>
    public override string ToString() => $"HttpAnswer {{ Status = {Status}, Body = {Body.Length} chars, Fault = {Fault} }}";
}
