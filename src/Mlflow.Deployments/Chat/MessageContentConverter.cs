using System.Text.Json;
using System.Text.Json.Serialization;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Chat;

/// <summary>Reads and writes the two forms of <see cref="MessageContent"/>.</summary>
internal sealed class MessageContentConverter : JsonConverter<MessageContent>
{
    public override bool HandleNull => true;

    public override MessageContent Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(ref reader);

    public override void Write(Utf8JsonWriter writer, MessageContent value, JsonSerializerOptions options)
    {
        if (value.Parts is null)
        {
            writer.WriteStringValue(value.Text);
            return;
        }

        JsonSerializer.Serialize(writer, value.Parts, DeployJson.Default.IReadOnlyListContentPart);
    }

    internal static MessageContent Read(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Null => default,
        JsonTokenType.String => new(reader.GetString(), null),
        JsonTokenType.StartArray => MessageContent.FromParts(JsonSerializer.Deserialize(ref reader, DeployJson.Default.IReadOnlyListContentPart)),
        _ => throw new JsonException($"Expected a text or a list of parts as content, got {reader.TokenType}."),
    };
}
