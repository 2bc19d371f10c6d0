using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Gateway.Json;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Gateway.Providers.Translation;

/// <summary>Writes answers that were made as wire types. The client's types leave nulls out; a gateway's answers have them.</summary>
internal static class WireAnswers
{
    public static void Write(ChatResponse response, PooledBuffer output) => Write(response, DeployJson.Default.ChatResponse, WireShapes.TypedChat, output);

    public static void Write(ChatChunk chunk, PooledBuffer output, StreamChoices choices) =>
        Write(chunk, DeployJson.Default.ChatChunk, WireShapes.TypedChatChunk, output, choices);

    public static void Write(CompletionResponse response, PooledBuffer output) =>
        Write(response, DeployJson.Default.CompletionResponse, WireShapes.Completions, output);

    public static void Write(CompletionChunk chunk, PooledBuffer output, StreamChoices choices) =>
        Write(chunk, DeployJson.Default.CompletionChunk, WireShapes.TypedCompletionsChunk, output, choices);

    /// <summary>Writes vectors as the provider wrote their numbers. It told no usage.</summary>
    public static void Write(IEnumerable<JsonElement> vectors, string model, PooledBuffer output)
    {
        using Utf8JsonWriter writer = JsonText.CreateWriter(output);
        writer.WriteStartObject();
        writer.WriteString("object"u8, "list"u8);
        writer.WriteStartArray("data"u8);
        int index = 0;
        foreach (JsonElement vector in vectors)
        {
            if (vector.ValueKind != JsonValueKind.Array)
            {
                throw new UnexpectedShapeException("a vector is not a list of numbers");
            }

            writer.WriteStartObject();
            writer.WriteString("object"u8, "embedding"u8);
            writer.WritePropertyName("embedding"u8);
            vector.WriteTo(writer);
            writer.WriteNumber("index"u8, index++);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("model"u8, model);
        writer.WriteStartObject("usage"u8);
        writer.WriteNull("prompt_tokens"u8);
        writer.WriteNull("total_tokens"u8);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void Write<T>(T value, JsonTypeInfo<T> type, Shape shape, PooledBuffer output, StreamChoices? choices = null)
    {
        using var buffer = new PooledBuffer();
        using (Utf8JsonWriter writer = JsonText.CreateWriter(buffer))
        {
            JsonSerializer.Serialize(writer, value, type);
        }

        JsonReshaper.Write(buffer.WrittenSpan, shape, tail: default, output, choices);
    }
}
