namespace Mlflow.Deployments.Embeddings.Batches;

/// <summary>How large a request may be: what the options say, and what the server's refusals have taught since. Safe to use from many threads.</summary>
internal sealed class BatchLimits(BatchEmbeddingOptions options)
{
    private int _maxTexts = options.BatchSize;
    private long _maxCharacters = options.MaxBatchCharacters ?? long.MaxValue;

    public int MaxTexts => Volatile.Read(ref _maxTexts);

    public long MaxCharacters => Volatile.Read(ref _maxCharacters);

    public bool Allow(ReadOnlySpan<TextSlot> texts) => texts.Length <= MaxTexts && (texts.Length == 1 || Characters(texts) <= MaxCharacters);

    /// <summary>Cuts texts into pieces that are allowed.</summary>
    public List<ReadOnlyMemory<TextSlot>> Cut(ReadOnlyMemory<TextSlot> texts)
    {
        var (maxTexts, maxCharacters) = (MaxTexts, MaxCharacters);
        var pieces = new List<ReadOnlyMemory<TextSlot>>();
        var (start, characters) = (0, 0L);
        for (var i = 0; i < texts.Length; i++)
        {
            var length = texts.Span[i].Text.Length;
            if (i > start && (i - start == maxTexts || characters + length > maxCharacters))
            {
                pieces.Add(texts[start..i]);
                (start, characters) = (i, 0);
            }

            characters += length;
        }

        pieces.Add(texts[start..]);
        return pieces;
    }

    /// <summary>Notes that a request with more texts than these is refused.</summary>
    public void LearnTexts(int count)
    {
        for (var old = MaxTexts; count < old;)
        {
            var seen = Interlocked.CompareExchange(ref _maxTexts, count, old);
            if (seen == old)
            {
                return;
            }

            old = seen;
        }
    }

    /// <summary>Notes that a request with more characters than these is refused.</summary>
    public void LearnCharacters(long count)
    {
        for (var old = MaxCharacters; count < old;)
        {
            var seen = Interlocked.CompareExchange(ref _maxCharacters, count, old);
            if (seen == old)
            {
                return;
            }

            old = seen;
        }
    }

    public static long Characters(ReadOnlySpan<TextSlot> texts)
    {
        var sum = 0L;
        foreach (var text in texts)
        {
            sum += text.Text.Length;
        }

        return sum;
    }
}
