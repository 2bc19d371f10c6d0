using Mlflow.Deployments.Completions;

namespace Mlflow.Deployments.Gateway.Providers.Embedded.Dev;

/// <summary>Puts an answer into the wire types of completions.</summary>
internal static class DevCompletionFormat
{
    /// <summary>Makes the whole answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="created">When it was made: the only thing that differs from one call to the next.</param>
    public static CompletionResponse ToCompletionResponse(this DevAnswer answer, DateTimeOffset created) => new()
    {
        Id = Id(answer),
        Object = "text_completion",
        Created = created.ToUnixTimeSeconds(),
        Model = DevResponder.ModelName,
        Choices = [.. answer.Choices.Select((choice, i) => new CompletionChoice { Index = i, Text = choice.Text, FinishReason = choice.FinishReason })],
        Usage = answer.Usage,
        Extra = DevTrace.Of(answer),
    };

    /// <summary>Makes the answer in chunks, one for each token, whose texts make up the whole answer's.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="created">When it was made.</param>
    /// <param name="includeUsage">Whether a last chunk without choices tells the tokens used.</param>
    public static IEnumerable<CompletionChunk> ToCompletionChunks(this DevAnswer answer, DateTimeOffset created, bool includeUsage)
    {
        var template = new CompletionChunk
        {
            Id = Id(answer),
            Object = "text_completion_chunk",
            Created = created.ToUnixTimeSeconds(),
            Model = DevResponder.ModelName,
        };
        int longest = answer.Choices.Max(c => c.Pieces.Count);
        for (int token = 0; token < longest; token++)
        {
            for (int i = 0; i < answer.Choices.Count; i++)
            {
                yield return template with { Choices = [new CompletionChoice { Index = i, Text = answer.Choices[i].Pieces[token] }] };
            }
        }

        for (int i = 0; i < answer.Choices.Count; i++)
        {
            CompletionChoice end = new() { Index = i, Text = "", FinishReason = answer.Choices[i].FinishReason };
            yield return template with { Choices = [end], Extra = DevTrace.Of(answer) };
        }

        if (includeUsage)
        {
            yield return template with { Usage = answer.Usage };
        }
    }

    private static string Id(DevAnswer answer) => $"cmpl-dev-{answer.Key}";
}
