using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Mlflow.Deployments.Gateway.Providers.Gemini;

/// <summary>An id for a call that came without one. MLflow makes it of what is called, so the same call has the same id in both gateways.</summary>
internal static class GeminiCallId
{
    [SuppressMessage("Security", "CA5351:Do Not Use Broken Cryptographic Algorithms", Justification = "A name that MLflow gives in this way; nothing is kept safe by it.")]
    public static string Of(string? function, string arguments) =>
        $"call_{Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes($"{function}/{arguments}")))}";
}
