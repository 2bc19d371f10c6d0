namespace Mlflow.Deployments.Streaming;

/// <summary>Knows which answers of a stream have begun and which have said why they stopped.</summary>
internal sealed class ChoiceTracker
{
    private Dictionary<int, bool>? _finished;
    private int _open;

    /// <summary>Gets whether at least one answer has begun and none is open.</summary>
    public bool IsComplete => _finished is not null && _open == 0;

    /// <summary>Gets whether any answer has begun.</summary>
    public bool HasBegun => _finished is not null;

    public void Track(int index, bool isFinished)
    {
        _finished ??= new(1);
        if (!_finished.TryGetValue(index, out var wasFinished))
        {
            _open++;
        }

        if (isFinished && !wasFinished)
        {
            _open--;
        }

        _finished[index] = wasFinished || isFinished;
    }
}
