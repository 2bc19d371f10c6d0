using System.Text.Json;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Gateway.Providers.Translation;

namespace Mlflow.Deployments.Gateway.Providers.Anthropic;

/// <summary>A completion in the form of Anthropic's old API, which wants a dialogue.</summary>
internal static class AnthropicCompletionRequest
{
    private const string Question = "Human: ";
    private const string Answer = "\n\nAssistant:";

    public static void Write(ProviderCall call, Utf8JsonWriter writer)
    {
        CompletionRequest request = call.ReadCompletion();
        Write(request, RequestFields.Of(call), request.MaxTokens, writer);
    }

    /// <summary>Writes the body with another limit of tokens than the client's, for others that host the model.</summary>
    public static void Write(CompletionRequest request, RequestFields fields, int? maxTokens, Utf8JsonWriter writer)
    {
        if (fields.Has("top_p"))
        {
            throw AnthropicLimits.Refuse($"Cannot set top_p for {AnthropicTranslator.DisplayName} completions. Use temperature instead.");
        }

        writer.WriteString("prompt"u8, Frame(request.Prompt));
        fields.Drop("prompt");
        AnthropicLimits.Write(fields, request.N, maxTokens, "max_tokens_to_sample", writer);
        fields.CopyRest(writer);
    }

    private static string Frame(string prompt)
    {
        string opening = prompt.StartsWith($"\n\n{Question}", StringComparison.Ordinal) ? ""
            : prompt.StartsWith(Question, StringComparison.Ordinal) ? "\n\n"
            : $"\n\n{Question}";
        string closing = prompt.EndsWith(Answer, StringComparison.Ordinal) ? "" : Answer;
        return opening + prompt + closing;
    }
}
