namespace Mlflow.Deployments.Gateway.Http;

/// <summary>What the server can send in a header; it throws at anything else, and providers do send it.</summary>
internal static class HeaderText
{
    public static bool IsSafe(string text) => text.All(c => c is '\t' or (>= ' ' and <= '~') or (>= '\u0080' and <= '\u00FF'));
}
