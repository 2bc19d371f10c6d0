namespace Mlflow.Deployments.Testing;

/// <summary>What fakes say when the test does not care. Always the same, so that tests can compare whole answers.</summary>
internal static class Defaults
{
    public const string Text = "Hello from the fake gateway.";
    public const string Model = "fake-model";
    public const string Provider = "fake";
    public const string ChatId = "chatcmpl-fake";
    public const string CompletionId = "cmpl-fake";
    public const int Dimension = 64;

    /// <summary>2026-01-01 UTC, in Unix seconds.</summary>
    public const long Created = 1_767_225_600;
}
