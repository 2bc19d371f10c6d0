using Mlflow.Deployments.Gateway.Telemetry;

namespace Mlflow.Deployments.Gateway.Configuration;

/// <summary>Watches the configuration file and the files with keys, and puts each new version in force. One that cannot be used changes nothing.</summary>
internal sealed class ConfigurationReload : IAsyncDisposable
{
    /// <summary>A file must stay the same for this long before it is read: it may be written in pieces.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(50);

    private readonly string _path;
    private readonly ConfigurationSources _sources;
    private readonly Action<GatewayConfig> _apply;
    private readonly ILogger _logger;
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _interval;
    // Not disposed: an announcement may still be on its way, and it holds nothing.
    private readonly SemaphoreSlim _changed = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly FileSystemWatcher? _watcher;
    private readonly Task _loop;
    private ConfigurationFiles _files;
    private string _seen;
    private volatile ReloadStatus _status;

    /// <param name="options">What to watch, and how often.</param>
    /// <param name="files">The files of the configuration in force.</param>
    /// <param name="apply">Puts a configuration in force.</param>
    /// <param name="logger">Is told what happens.</param>
    public ConfigurationReload(GatewayOptions options, ConfigurationFiles files, Action<GatewayConfig> apply, ILogger logger)
    {
        _path = options.ConfigPath!;
        _sources = new ConfigurationSources { AllowedProviders = options.AllowedProviders };
        _files = files;
        _seen = files.ReadSnapshot();
        _apply = apply;
        _logger = logger;
        _timeProvider = options.TimeProvider;
        _interval = options.ReloadInterval;
        _status = new ReloadStatus(1, _timeProvider.GetUtcNow());
        _watcher = Watch();
        _loop = RunAsync(_stop.Token);
    }

    /// <summary>Is called after each new version, good or bad.</summary>
    public Action<ReloadStatus>? Reloaded { get; set; }

    public ReloadStatus Status => _status;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _watcher?.Dispose();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    /// <summary>The whole folder: a new version may come by a rename, or by a link to another folder that is set anew, as Kubernetes does it.</summary>
    private FileSystemWatcher? Watch()
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(_path))!;
        try
        {
            var watcher = new FileSystemWatcher(folder);
            watcher.Changed += (_, _) => Signal();
            watcher.Created += (_, _) => Signal();
            watcher.Deleted += (_, _) => Signal();
            watcher.Renamed += (_, _) => Signal();
            watcher.Error += (_, _) => Signal();
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception e) when (e is IOException or ArgumentException or PlatformNotSupportedException)
        {
            _logger.ConfigurationUnwatched(_path, e.GetType().Name, _interval);
            return null;
        }
    }

    private void Signal()
    {
        if (!_stop.IsCancellationRequested && _changed.CurrentCount == 0)
        {
            _changed.Release();
        }
    }

    private async Task RunAsync(CancellationToken stop)
    {
        // The constructor has to return first.
        await Task.Yield();
        while (true)
        {
            // Whether it was announced or the time is over: the files are looked at.
            await _changed.WaitAsync(_interval, stop);
            string now = _files.Snapshot();
            if (now == _seen)
            {
                continue;
            }

            await Task.Delay(Settling, TimeProvider.System, stop);
            if (_files.Snapshot() == now)
            {
                Reload();
            }
            else
            {
                Signal();
            }
        }
    }

    private void Reload()
    {
        var files = new ConfigurationFiles(_path, _files);
        try
        {
            GatewayConfig config = files.Read(_sources);
            _apply(config);
            (_files, _seen) = (files, files.ReadSnapshot());
            _status = new ReloadStatus(_status.Version + 1, _timeProvider.GetUtcNow());
            _logger.ConfigurationReloaded(_path, config.Endpoints.Length, config.Routes.Length);
            foreach (string warning in config.Warnings)
            {
                _logger.ConfigurationWarning(warning);
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Of any kind: whatever is wrong with a file, the gateway goes on and goes on watching.
            IReadOnlyList<string> problems = e is GatewayConfigurationException refused ? refused.Problems : [$"it cannot be read ({e.GetType().Name})"];
            // Mended it may be in any of the files, those that only the bad version names included.
            _files.AlsoWatch(files);
            string now = _files.Snapshot();
            _seen = files.Snapshot() == files.ReadSnapshot() ? now : "";
            _status = _status with { Refused = new RefusedReload(_timeProvider.GetUtcNow(), problems) };
            _logger.ConfigurationRefused(_path, string.Join("; ", problems));
        }

        Reloaded?.Invoke(_status);
    }
}
