using System.Text.Json;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Errors;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Streaming;

/// <summary>Streams of <see cref="CompletionChunk"/>.</summary>
internal sealed class CompletionStreamFormat : IStreamFormat<CompletionChunk>
{
    private readonly ChoiceTracker _choices = new();

    public bool IsComplete => _choices.IsComplete;

    // A whole answer and a chunk have the same form.
    public CompletionChunk? FromWholeAnswer(ReadOnlySpan<byte> body) => Parse(body);

    public CompletionChunk Parse(ReadOnlySpan<byte> data) =>
        JsonSerializer.Deserialize(data, DeployJson.Default.CompletionChunk) ?? throw new JsonException("The event is null.");

    public ServerError? ErrorIn(CompletionChunk chunk, bool isNamed) =>
        ServerError.In(chunk.Object, chunk.Extra, takesMessage: !isNamed && !HasContent(chunk));

    public bool HasContent(CompletionChunk chunk) => chunk.Choices.Count > 0 || chunk.Usage is not null;

    public void Track(CompletionChunk chunk)
    {
        foreach (var choice in chunk.Choices)
        {
            _choices.Track(choice.Index, choice.FinishReason.Value is not null);
        }
    }
}
