using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Mlflow.Deployments.Cli.Files;

/// <summary>
/// What a run has got so far: the results of the texts, in their order, in a file that only grows. It is its own journal: results are
/// written in blocks, each with its length and checksum, and a file counts up to its last whole block.
/// </summary>
/// <remarks>
/// A killed process loses nothing that was handed to the system, so blocks are handed over as soon as answers are in; the disk is only
/// made to keep them every few seconds, which bounds what a power cut costs. Numbers are little-endian.
/// </remarks>
internal sealed class WorkFile : IDisposable
{
    private const int BlockSize = 256 << 10;
    private static readonly byte[] Magic = "MLDWORK1"u8.ToArray();
    private static readonly TimeSpan SyncInterval = TimeSpan.FromSeconds(5);

    private readonly FileStream _file;
    private readonly ArrayBufferWriter<byte> _block = new(BlockSize);
    private long _lastSync = TimeProvider.System.GetTimestamp();

    private WorkFile(FileStream file) => _file = file;

    /// <summary>Gets the number of results.</summary>
    public long Count { get; private set; }

    /// <summary>Gets the number of results that a kill of this process cannot take.</summary>
    public long Kept { get; private set; }

    /// <summary>Gets the length of the vectors; 0 while there is none.</summary>
    public int Dimensions { get; private set; }

    /// <summary>Makes the file; one that is there is emptied.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="job">What the results belong to; compared when the file is opened again.</param>
    public static WorkFile Create(string path, string job)
    {
        var work = new WorkFile(Open(path));
        work._file.SetLength(0);
        work._file.Write(Magic);
        work.Append(Encoding.UTF8.GetBytes(job));
        return work;
    }

    /// <summary>Opens a file to go on with it. What was torn at its end is cut off.</summary>
    /// <returns>The file with the job it was made for; null when it was torn before it had anything.</returns>
    /// <exception cref="CommandException">It is no such file.</exception>
    public static (WorkFile Work, string Job)? Resume(string path)
    {
        var work = new WorkFile(Open(path));
        try
        {
            Span<byte> magic = stackalloc byte[Magic.Length];
            var length = work._file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
            if (!Magic.AsSpan().StartsWith(magic[..length]))
            {
                throw CommandException.Usage($"'{path}' is no work file of this program; move it away, or give another --output.");
            }

            var blocks = new WorkFileBlocks(work._file);
            if (length < magic.Length || !blocks.MoveNext())
            {
                work.Dispose();
                return null;
            }

            var job = Encoding.UTF8.GetString(blocks.Current);
            while (blocks.MoveNext())
            {
                work.Tally(blocks.Current);
            }

            work._file.SetLength(blocks.WholeLength);
            work._file.Position = blocks.WholeLength;
            return (work, job);
        }
        catch
        {
            work.Dispose();
            throw;
        }
    }

    /// <summary>Reads the results of a finished file in order.</summary>
    public static IEnumerable<RowResult> Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        foreach (var result in ReadFrom(file))
        {
            yield return result;
        }
    }

    /// <summary>Reads all results in order; nothing can be added after that.</summary>
    public IEnumerable<RowResult> ReadAll() => ReadFrom(_file);

    /// <summary>Adds a result; it is safe when <see cref="Flush"/> returns.</summary>
    public void Add(RowResult result)
    {
        WorkFileRow.Write(_block, result);
        Count++;
        Dimensions = result.Error is null ? result.Vector.Length : Dimensions;
        if (_block.WrittenCount >= BlockSize)
        {
            Flush();
        }
    }

    /// <summary>Hands what was added to the system, and every few seconds to the disk.</summary>
    public void Flush()
    {
        if (_block.WrittenCount > 0)
        {
            Append(_block.WrittenSpan);
            _block.ResetWrittenCount();
            Kept = Count;
        }

        if (TimeProvider.System.GetElapsedTime(_lastSync) > SyncInterval)
        {
            Sync();
        }
    }

    /// <summary>Hands everything to the disk.</summary>
    public void Sync()
    {
        _file.Flush(flushToDisk: true);
        _lastSync = TimeProvider.System.GetTimestamp();
    }

    public void Dispose() => _file.Dispose();

    private static IEnumerable<RowResult> ReadFrom(FileStream file)
    {
        file.Position = Magic.Length;
        var blocks = new WorkFileBlocks(file);
        blocks.MoveNext(); // the job
        while (blocks.MoveNext())
        {
            foreach (var result in WorkFileRow.ReadAll(blocks.CurrentMemory))
            {
                yield return result;
            }
        }
    }

    // No buffer: a block is one write, whole or torn, never mixed with the next.
    private static FileStream Open(string path)
    {
        try
        {
            return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new WorkInUseException($"'{path}' is in use: another run writes the same output. Wait for it, or give another --output. ({e.Message})");
        }
    }

    private void Append(ReadOnlySpan<byte> payload)
    {
        var block = ArrayPool<byte>.Shared.Rent(WorkFileBlocks.HeaderSize + payload.Length);
        try
        {
            BinaryPrimitives.WriteInt32LittleEndian(block, payload.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(sizeof(int)), WorkFileBlocks.Checksum(payload));
            payload.CopyTo(block.AsSpan(WorkFileBlocks.HeaderSize));
            _file.Write(block.AsSpan(0, WorkFileBlocks.HeaderSize + payload.Length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    private void Tally(ReadOnlySpan<byte> block)
    {
        var (count, dimensions) = WorkFileRow.Tally(block);
        Kept = Count += count;
        Dimensions = dimensions > 0 ? dimensions : Dimensions;
    }
}
