using System.Runtime.CompilerServices;
using Mlflow.Deployments.Cli.Files;

namespace Mlflow.Deployments.Cli.Queue;

/// <summary>Gives the rows of one shard after the other from a file that is read forward; a shard further back opens it anew.</summary>
internal sealed class ShardRows(RowSource source, int shardRows) : IAsyncDisposable
{
    private IRowReader? _reader;
    private IAsyncEnumerator<InputRow>? _rows;
    private long _next;

    public async IAsyncEnumerable<InputRow> OfAsync(long shard, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var (first, end) = (shard * shardRows, (shard + 1) * shardRows);
        if (_rows is null || _next > first)
        {
            await DisposeAsync();
            _reader = await source.OpenAsync(withFields: false, CancellationToken.None);
            _rows = _reader.ReadAsync(CancellationToken.None).GetAsyncEnumerator(CancellationToken.None);
            _next = 0;
        }

        while (_next < end)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!await _rows.MoveNextAsync())
            {
                _next = long.MaxValue; // at the end; whatever comes next begins anew
                yield break;
            }

            if (_next++ >= first)
            {
                yield return _rows.Current;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_rows is not null)
        {
            await _rows.DisposeAsync();
            await _reader!.DisposeAsync();
            _rows = null;
        }
    }
}
