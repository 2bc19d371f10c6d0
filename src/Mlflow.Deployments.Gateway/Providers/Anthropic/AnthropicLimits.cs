using System.Text.Json;
using Mlflow.Deployments.Gateway.Providers.Translation;

namespace Mlflow.Deployments.Gateway.Providers.Anthropic;

/// <summary>What chats and completions have in common: one answer, a limit of tokens that must be given, half the range of temperatures.</summary>
internal static class AnthropicLimits
{
    public const int DefaultMaxTokens = 8192;
    public const int MostTokens = 1_000_000;

    /// <exception cref="ProviderException">The client asks for several answers, or for too long a one.</exception>
    public static void Write(RequestFields fields, int? n, int? maxTokens, string maxTokensName, Utf8JsonWriter writer)
    {
        if (n is not (null or 1))
        {
            throw Refuse($"'n' must be '1' for the {AnthropicTranslator.DisplayName} provider. Received value: '{n}'.");
        }

        if (maxTokens > MostTokens)
        {
            throw Refuse($"Invalid value for max_tokens: cannot exceed {MostTokens}. Received value: {maxTokens}.");
        }

        writer.WriteNumber(maxTokensName, maxTokens ?? DefaultMaxTokens);
        fields.Drop("n", "max_tokens", maxTokensName);
        fields.Rename(writer, "stop", "stop_sequences");
        fields.Scale(writer, "temperature", 0.5);
    }

    public static ProviderException Refuse(string message) => new(FailureKind.RequestRefused, message);
}
