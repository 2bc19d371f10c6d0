namespace Mlflow.Deployments.Embeddings.Batches;

/// <summary>Knows the texts seen last, up to a number, with their vectors.</summary>
internal sealed class RecentTexts(int capacity)
{
    private readonly Dictionary<string, LinkedListNode<TextSlot>> _known = new(StringComparer.Ordinal);
    private readonly LinkedList<TextSlot> _latestFirst = new();

    public TextSlot? Find(string text)
    {
        if (!_known.TryGetValue(text, out var node))
        {
            return null;
        }

        _latestFirst.Remove(node);
        _latestFirst.AddFirst(node);
        return node.Value;
    }

    public void Add(TextSlot slot)
    {
        _known.Add(slot.Text, _latestFirst.AddFirst(slot));
        if (_known.Count > capacity)
        {
            _known.Remove(_latestFirst.Last!.Value.Text);
            _latestFirst.RemoveLast();
        }
    }
}
