namespace Mlflow.Deployments.Testing.Wire;

/// <summary>Takes the secrets out of headers: a failed test prints what it holds.</summary>
internal static class HeaderMask
{
    private const string Hidden = "***";

    private static readonly string[] Secret = ["Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie", "api-key", "x-api-key", "x-goog-api-key"];

    public static Dictionary<string, string> Apply(IEnumerable<KeyValuePair<string, string>> headers)
    {
        var masked = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in headers)
        {
            masked[name] = IsSecret(name) ? Mask(value) : value;
        }

        return masked;
    }

    public static bool IsSecret(string name) =>
        Secret.Contains(name, StringComparer.OrdinalIgnoreCase)
        || name.Contains("token", StringComparison.OrdinalIgnoreCase)
        || name.Contains("secret", StringComparison.OrdinalIgnoreCase)
        || name.Contains("apikey", StringComparison.OrdinalIgnoreCase);

    // The scheme is what tests ask about, and no secret.
    private static string Mask(string value) =>
        value.Split(' ', 2) is [("Bearer" or "Basic") and var scheme, _] ? $"{scheme} {Hidden}" : Hidden;
}
