namespace Mlflow.Deployments.Gateway.Json;

/// <summary>Knows which choices of a stream have begun and which have ended, to tell a whole stream from one that was cut.</summary>
internal sealed class StreamChoices
{
    private readonly HashSet<int> _open = [];
    private bool _any;

    /// <summary>Every choice that was seen has had its finish reason.</summary>
    public bool AllFinished => _any && _open.Count == 0;

    /// <summary>Where the text of the last event stood: in the incoming JSON, and in the outgoing.</summary>
    public ChunkText? Text { get; set; }

    public void Saw(int index, bool isFinished)
    {
        _any = true;
        if (isFinished)
        {
            _open.Remove(index);
        }
        else
        {
            _open.Add(index);
        }
    }
}
