using System.Text.Json;

namespace Mlflow.Deployments.Json;

/// <summary>Reads the tokens used, which stand in every answer.</summary>
internal static class TokenUsageReader
{
    public static TokenUsage? Read(ref Utf8JsonReader reader)
    {
        if (!FieldReader.Begin(ref reader, JsonTokenType.StartObject))
        {
            return null;
        }

        int? prompt = null, completion = null, total = null;
        PromptTokensDetails? details = null;
        Dictionary<string, JsonElement>? extra = null;
        while (FieldReader.NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("prompt_tokens"u8))
            {
                prompt = FieldReader.ReadInt32OrNull(ref reader);
            }
            else if (reader.ValueTextEquals("completion_tokens"u8))
            {
                completion = FieldReader.ReadInt32OrNull(ref reader);
            }
            else if (reader.ValueTextEquals("total_tokens"u8))
            {
                total = FieldReader.ReadInt32OrNull(ref reader);
            }
            else if (reader.ValueTextEquals("prompt_tokens_details"u8))
            {
                details = JsonSerializer.Deserialize(ref reader, DeployJson.Default.PromptTokensDetails);
            }
            else
            {
                FieldReader.Keep(ref reader, ref extra);
            }
        }

        return new() { PromptTokens = prompt, CompletionTokens = completion, TotalTokens = total, PromptTokensDetails = details, Extra = extra };
    }
}
