using Mlflow.Deployments.Chat;

namespace Mlflow.Deployments.Gateway.Providers.Embedded.Dev;

/// <summary>The limits that a request puts on an answer.</summary>
/// <param name="Stop">The texts before which it ends; arguments of tools go on.</param>
/// <param name="MaxTokens">The most tokens; arguments of tools are cut too, as a model cuts them.</param>
internal sealed record DevLimits(IReadOnlyList<string>? Stop, int? MaxTokens)
{
    /// <summary>Cuts a draft to the limits.</summary>
    public DevChoice Cut(DevDraft draft)
    {
        string text = draft.ToolName is null ? BeforeStop(draft.Text) : draft.Text;
        IReadOnlyList<string> pieces = SentenceEncoder.Shared.Tokenizer.Split(text);
        bool isTooLong = pieces.Count > MaxTokens;
        FinishReason end = draft.ToolName is null ? FinishReason.Stop : FinishReason.ToolCalls;
        return new DevChoice
        {
            Pieces = isTooLong ? [.. pieces.Take(MaxTokens!.Value)] : pieces,
            ToolName = draft.ToolName,
            FinishReason = isTooLong ? FinishReason.Length : end,
        };
    }

    private string BeforeStop(string text)
    {
        int end = text.Length;
        foreach (string stop in (Stop ?? []).Where(s => !string.IsNullOrEmpty(s)))
        {
            int at = text.IndexOf(stop, StringComparison.Ordinal);
            if (at >= 0 && at < end)
            {
                end = at;
            }
        }

        return text[..end];
    }
}
