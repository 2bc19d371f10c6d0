namespace Mlflow.Deployments.Cli.Files;

/// <summary>A file that gets its name when it is whole. Until then it is beside it, as <c>NAME.partial</c>; given up, it is removed.</summary>
internal sealed class PendingFile : IAsyncDisposable
{
    private readonly string _path;
    private readonly string _partial;

    public PendingFile(string path)
    {
        _path = path;
        _partial = path + ".partial";
        Stream = new(_partial, FileMode.Create, FileAccess.ReadWrite, FileShare.None, bufferSize: 1 << 16, FileOptions.Asynchronous);
    }

    public FileStream Stream { get; }

    /// <summary>Makes the disk keep the content, and only then gives it the name: after a power cut there is the whole file or none.</summary>
    public async Task PublishAsync(CancellationToken cancellationToken)
    {
        await Stream.FlushAsync(cancellationToken);
        Stream.Flush(flushToDisk: true);
        await Stream.DisposeAsync();
        File.Move(_partial, _path, overwrite: true);
    }

    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync();
        File.Delete(_partial);
    }
}
