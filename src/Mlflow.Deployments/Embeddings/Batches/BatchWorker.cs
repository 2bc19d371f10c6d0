using Mlflow.Deployments.Errors;

namespace Mlflow.Deployments.Embeddings.Batches;

/// <summary>Gets the vectors of a batch: tries again what may succeed, and splits what is refused down to the texts that are to blame.</summary>
internal sealed class BatchWorker(BatchJob job, BatchLimits limits, RequestPacer pacer)
{
    // With none taken before, so many refusals are not about the texts: a wrong kind of endpoint, a parameter that it does not know.
    private const int HopelessRefusals = 32;

    private readonly AnswerReader _answers = new(job.Endpoint);
    private long _tokens;
    private int _refused;
    private volatile bool _hasTaken;

    /// <summary>Gets the tokens that the server has counted so far.</summary>
    public long Tokens => Interlocked.Read(ref _tokens);

    /// <summary>Fills the slots that a batch asks; throws what ends the run.</summary>
    public async Task EmbedAsync(TextBatch batch, CancellationToken cancellationToken)
    {
        if (batch.Asked.Count == 0)
        {
            return;
        }

        try
        {
            await EmbedAsync(batch.Number, batch.Asked.ToArray(), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            pacer.LetIn();
        }
    }

    // Returns whether everything was taken at the first try; if so of all pieces of a refused batch, its size was to blame.
    private async Task<bool> EmbedAsync(int order, ReadOnlyMemory<TextSlot> texts, CancellationToken cancellationToken)
    {
        var outcome = limits.Allow(texts.Span) ? await AskAsync(order, texts, cancellationToken).ConfigureAwait(false) : Outcome.Outgrown;
        if (outcome.IsTaken)
        {
            return true;
        }

        if (outcome.Refusal is { } refusal && texts.Length == 1)
        {
            Blame(texts.Span[0], refusal);
            return false;
        }

        if (outcome is { Verdict: Verdict.TooManyTexts, Refusal: { } words })
        {
            limits.LearnTexts(FailureReader.MaxTexts(words, texts.Length) ?? texts.Length / 2);
        }

        var pieces = limits.Cut(texts);
        if (pieces.Count == 1)
        {
            pieces = [texts[..(texts.Length / 2)], texts[(texts.Length / 2)..]];
        }

        var wereTaken = true;
        foreach (var piece in pieces)
        {
            wereTaken &= await EmbedAsync(order, piece, cancellationToken).ConfigureAwait(false);
        }

        if (outcome.Refusal is not null && wereTaken)
        {
            Learn(outcome.Verdict, pieces);
        }

        return outcome.Refusal is null && wereTaken;
    }

    private void Learn(Verdict verdict, List<ReadOnlyMemory<TextSlot>> pieces)
    {
        if (verdict == Verdict.TooLong)
        {
            limits.LearnCharacters(pieces.Max(piece => BatchLimits.Characters(piece.Span)));
        }
        else
        {
            limits.LearnTexts(pieces.Max(piece => piece.Length));
        }
    }

    private async Task<Outcome> AskAsync(int order, ReadOnlyMemory<TextSlot> texts, CancellationToken cancellationToken)
    {
        var asked = new string[texts.Length];
        for (var i = 0; i < asked.Length; i++)
        {
            asked[i] = texts.Span[i].Text;
        }

        var characters = BatchLimits.Characters(texts.Span);
        var patience = new Patience(job);
        var withoutBase64 = false;
        while (true)
        {
            var place = await pacer.EnterAsync(order, characters).ConfigureAwait(false);
            if (!limits.Allow(texts.Span))
            {
                pacer.Leave(place);
                return Outcome.Outgrown;
            }

            var isTrial = job.Format.IsTrial && !withoutBase64;
            EmbeddingResponse answer;
            try
            {
                answer = await job.AskAsync(asked, withoutBase64 ? null : job.Format.Format, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                var verdict = FailureReader.Judge(e, texts.Length);
                if (verdict == Verdict.Busy)
                {
                    var busy = (DeployException)e;
                    if (!patience.Allows(pacer.Refused(place, busy.RetryAfter, busy.RateLimit)))
                    {
                        throw;
                    }

                    continue;
                }

                pacer.Leave(place);
                switch (verdict)
                {
                    case Verdict.Encoding when job.Options.EncodingFormat is not null:
                        throw;
                    case Verdict.Again when patience.HasTriesLeft:
                        pacer.LetIn();
                        await patience.WaitAsync(cancellationToken).ConfigureAwait(false);
                        continue;
                    case Verdict.Fatal or Verdict.Again:
                        throw;
                    case Verdict.Encoding or Verdict.Refused when isTrial:
                        withoutBase64 = true;
                        continue;
                    default:
                        return new(IsTaken: false, (DeployException)e, verdict);
                }
            }

            Take(texts.Span, answer, place, withoutBase64);
            return Outcome.Taken;
        }
    }

    private void Take(ReadOnlySpan<TextSlot> texts, EmbeddingResponse answer, RequestPacer.Place place, bool withoutBase64)
    {
        var tokens = answer.Usage?.TotalTokens ?? answer.Usage?.PromptTokens;
        pacer.Answered(place, answer.RateLimit, tokens);
        Interlocked.Add(ref _tokens, tokens ?? 0);
        _hasTaken = true;
        if (withoutBase64)
        {
            job.Format.Refused();
        }
        else
        {
            job.Format.Worked();
        }

        _answers.Fill(texts, answer);
        foreach (var text in texts)
        {
            if (text.Failure is { } failure)
            {
                Blame(text, failure);
            }
        }
    }

    private void Blame(TextSlot text, DeployException cause)
    {
        text.Failure = cause;
        if (!job.Options.ContinueOnError)
        {
            throw BatchErrors.Refused(text.Index, text, job.Endpoint);
        }

        if (Interlocked.Increment(ref _refused) >= HopelessRefusals && !_hasTaken)
        {
            throw BatchErrors.AllRefused(_refused, cause, job.Endpoint);
        }
    }

    private sealed record Outcome(bool IsTaken, DeployException? Refusal = null, Verdict Verdict = default)
    {
        public static Outcome Taken { get; } = new(IsTaken: true);

        /// <summary>Gets the outcome of not asking, because the limits have become too narrow meanwhile.</summary>
        public static Outcome Outgrown { get; } = new(IsTaken: false);
    }
}
