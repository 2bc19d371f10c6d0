using System.Text.Json;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Gateway.Providers.AI21Labs;
using Mlflow.Deployments.Gateway.Providers.Anthropic;
using Mlflow.Deployments.Gateway.Providers.Cohere;
using Mlflow.Deployments.Gateway.Providers.Translation;

namespace Mlflow.Deployments.Gateway.Providers.Bedrock;

/// <summary>The models of one maker, whose completions have one form.</summary>
internal sealed class BedrockFamily
{
    private const int MostAnthropicTokens = 8191;
    private const string AnthropicVersion = "bedrock-2023-05-31";
    private const string HumanTurn = "\n\nHuman:";

    // In the order in which they are looked for.
    private static readonly BedrockFamily[] Families =
    [
        new("amazon", WriteTitan, ReadTitan),
        new("cohere", WriteCohere, CohereTranslator.ReadGenerations),
        new("ai21", (_, fields, writer) => AI21LabsCompletion.Write(fields, writer), ReadAI21),
        new("anthropic", WriteAnthropic, AnthropicTranslator.ReadCompletionChoices),
    ];

    private readonly string _name;

    private BedrockFamily(
        string name, Action<CompletionRequest, RequestFields, Utf8JsonWriter> write, Func<JsonElement, IReadOnlyList<CompletionChoice>> read)
    {
        _name = name;
        Write = write;
        Read = read;
    }

    public static string Known => string.Join(", ", Families.Select(x => x._name));

    /// <summary>Writes the body of a request.</summary>
    public Action<CompletionRequest, RequestFields, Utf8JsonWriter> Write { get; }

    /// <summary>Reads the choices of an answer.</summary>
    public Func<JsonElement, IReadOnlyList<CompletionChoice>> Read { get; }

    /// <summary>Finds the family in the id of a model; null when there is none of a known family.</summary>
    public static BedrockFamily? Of(string model) =>
        model.Contains('.', StringComparison.Ordinal) ? Array.Find(Families, x => model.Contains(x._name, StringComparison.OrdinalIgnoreCase)) : null;

    private static void WriteTitan(CompletionRequest request, RequestFields fields, Utf8JsonWriter writer)
    {
        fields.RequireOneAnswer(request.N, "AWS Titan");
        fields.Rename(writer, "prompt", "inputText");
        writer.WriteStartObject("textGenerationConfig"u8);
        fields.Rename(writer, "max_tokens", "maxTokenCount");
        fields.Rename(writer, "stop", "stopSequences");
        // Its temperatures go from 0 to 1.
        fields.Scale(writer, "temperature", 0.5);
        fields.CopyRest(writer);
        writer.WriteEndObject();
    }

    private static IReadOnlyList<CompletionChoice> ReadTitan(JsonElement answer) =>
        [.. answer.RequiredItems("results").Select((x, i) => new CompletionChoice { Index = i, Text = x.Text("outputText") })];

    private static void WriteCohere(CompletionRequest request, RequestFields fields, Utf8JsonWriter writer)
    {
        CohereTranslator.WriteCompletion(fields, writer);
        fields.CopyRest(writer);
    }

    /// <summary>MLflow tells no reasons here.</summary>
    private static IReadOnlyList<CompletionChoice> ReadAI21(JsonElement answer) =>
        [.. AI21LabsCompletion.ReadChoices(answer).Select(x => x with { FinishReason = default })];

    private static void WriteAnthropic(CompletionRequest request, RequestFields fields, Utf8JsonWriter writer)
    {
        // Bedrock wants the human's turn among the stops, and shorter answers.
        IReadOnlyList<string> stop = request.Stop ?? [];
        writer.WriteStartArray("stop_sequences"u8);
        foreach (string one in stop.Contains(HumanTurn, StringComparer.Ordinal) ? stop : [.. stop, HumanTurn])
        {
            writer.WriteStringValue(one);
        }

        writer.WriteEndArray();
        fields.Drop("stop", "stop_sequences", "anthropic_version");
        writer.WriteString("anthropic_version"u8, AnthropicVersion);
        // What is too much for Anthropic is refused in its words; what is too much for Bedrock alone is cut.
        int tokens = request.MaxTokens ?? AnthropicLimits.DefaultMaxTokens;
        AnthropicCompletionRequest.Write(request, fields, tokens > AnthropicLimits.MostTokens ? tokens : Math.Min(tokens, MostAnthropicTokens), writer);
    }
}
