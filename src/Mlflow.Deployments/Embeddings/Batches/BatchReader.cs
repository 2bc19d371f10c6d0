using System.Globalization;

namespace Mlflow.Deployments.Embeddings.Batches;

/// <summary>Cuts the source into batches, by the sizes that hold at the time.</summary>
internal sealed class BatchReader(IAsyncEnumerator<string> texts, BatchJob job, BatchLimits limits)
{
    // Repeated texts take no room in a request, but they do in memory.
    private const int RepetitionFactor = 4;

    private readonly RecentTexts? _known = job.Options.Deduplicate ? new(job.Remembered) : null;
    private readonly long _maxItems = job.Options.BatchSize * (job.Options.Deduplicate ? RepetitionFactor : 1L);
    private string? _carried;
    private int _index;
    private int _number;

    /// <summary>Reads the next batch; null when there are no more texts.</summary>
    public async ValueTask<TextBatch?> NextAsync(CancellationToken cancellationToken)
    {
        var batch = new TextBatch(_number++);
        var characters = 0L;
        while (batch.Items.Count < _maxItems && batch.Asked.Count < limits.MaxTexts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_carried is null && !await texts.MoveNextAsync().ConfigureAwait(false))
            {
                break;
            }

            var text = _carried ?? texts.Current ?? throw NullText(_index);
            _carried = null;
            if (_known?.Find(text) is not { } slot)
            {
                characters += text.Length;
                if (characters > limits.MaxCharacters && batch.Asked.Count > 0)
                {
                    _carried = text;
                    break;
                }

                slot = new TextSlot(_index, text);
                batch.Asked.Add(slot);
                _known?.Add(slot);
            }

            batch.Items.Add((_index, slot));
            _index = checked(_index + 1);
        }

        return batch.Items.Count == 0 ? null : batch;
    }

    // In the words of the public methods, whose argument it is.
    private static ArgumentException NullText(int index, string argument = "texts") => new(string.Create(CultureInfo.InvariantCulture, $"Text {index} is null."), argument);
}
