using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Telemetry;

/// <summary>What a model said, as far as it has come. Exists only where content may be shown.</summary>
internal sealed class AnswerContent
{
    private readonly SortedDictionary<int, StringBuilder> _texts = [];
    private ChatAccumulator? _chat;
    private JsonElement? _whole;

    public void TakeWhole(object? answer) => _whole = answer switch
    {
        ChatResponse chat => JsonSerializer.SerializeToElement(chat, DeployJson.Default.ChatResponse),
        CompletionResponse completion => JsonSerializer.SerializeToElement(completion, DeployJson.Default.CompletionResponse),
        JsonNode node => JsonSerializer.SerializeToElement(node, DeployJson.Default.JsonNode),
        _ => null,
    };

    public void TakeChunk(object piece)
    {
        switch (piece)
        {
            case ChatChunk chunk:
                (_chat ??= new()).Add(chunk);
                break;
            case CompletionChunk chunk:
                foreach (var choice in chunk.Choices)
                {
                    Text(choice.Index).Append(choice.Text);
                }

                break;
            case JsonObject fields:
                TakeUntyped(fields);
                break;
        }
    }

    /// <summary>Returns the messages as OpenTelemetry's conventions write them; null when there are none.</summary>
    public string? ToMessages()
    {
        if (_whole is { } whole)
        {
            return MessageWriter.Output(whole);
        }

        if (_chat is not null)
        {
            return MessageWriter.Output(JsonSerializer.SerializeToElement(_chat.ToResponse(), DeployJson.Default.ChatResponse));
        }

        return _texts.Count == 0 ? null : MessageWriter.Output(_texts.Values.Select(text => text.ToString()));
    }

    private void TakeUntyped(JsonObject fields)
    {
        foreach (var choice in (fields["choices"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var index = choice["index"] is JsonValue number && number.TryGetValue(out int found) ? found : 0;
            if ((choice["text"] ?? (choice["delta"] as JsonObject)?["content"]) is JsonValue value && value.TryGetValue(out string? text))
            {
                Text(index).Append(text);
            }
        }
    }

    private StringBuilder Text(int index)
    {
        if (!_texts.TryGetValue(index, out var text))
        {
            _texts[index] = text = new();
        }

        return text;
    }
}
