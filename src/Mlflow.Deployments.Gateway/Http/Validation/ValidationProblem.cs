namespace Mlflow.Deployments.Gateway.Http.Validation;

/// <summary>One thing that is wrong with a request.</summary>
/// <param name="Type">The kind of problem, in the words that FastAPI clients know.</param>
/// <param name="Message">A sentence for people.</param>
/// <param name="Input">The offending value as JSON, when it is short and no text of the user's; else null.</param>
internal sealed record ValidationProblem(string Type, string Message, string? Input = null)
{
    /// <summary>Where it is: field names (string) and places in lists (int), the innermost first.</summary>
    public List<object> Location { get; } = [];
}
