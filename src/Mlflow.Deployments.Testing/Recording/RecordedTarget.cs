using Mlflow.Deployments.Testing.Wire;

namespace Mlflow.Deployments.Testing.Recording;

/// <summary>The path and the query of a request as a recording holds them: without parameters that may be secrets.</summary>
internal static class RecordedTarget
{
    public static string Of(FakeRequest request)
    {
        string[] parameters = [.. request.Query.Split('&', StringSplitOptions.RemoveEmptyEntries).Where(pair => !IsSecret(pair.Split('=')[0])).Order(StringComparer.Ordinal)];
        return parameters.Length == 0 ? request.Path : $"{request.Path}?{string.Join('&', parameters)}";
    }

    // The token of a page is the one that is none.
    private static bool IsSecret(string name) => name != "page_token" && (HeaderMask.IsSecret(name) || name.Contains("key", StringComparison.OrdinalIgnoreCase) || name.Contains("sig", StringComparison.OrdinalIgnoreCase));
}
