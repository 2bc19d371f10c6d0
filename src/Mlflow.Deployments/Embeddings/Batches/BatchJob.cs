using Mlflow.Deployments.Telemetry;

namespace Mlflow.Deployments.Embeddings.Batches;

/// <summary>What a run is to do, and how: the arguments of the call.</summary>
internal sealed class BatchJob
{
    // A list is in memory anyway, and so are its vectors: enough batches are begun to keep all requests busy while an early one is slow.
    private const int ListWindowFactor = 4;

    private readonly IDeployClient _client;
    private readonly DeployClient? _own;
    private int _requests;

    private BatchJob(IDeployClient client, string endpoint, BatchEmbeddingOptions? options, string argumentName, int? count, bool isList)
    {
        Options = options?.Copy() ?? new();
        Options.Validate(argumentName);
        _client = client;
        _own = client as DeployClient;
        Endpoint = endpoint;
        Clock = Options.TimeProvider ?? _own?.Settings.TimeProvider ?? TimeProvider.System;
        RetryDelay = _own?.Settings.RetryDelay ?? Defaults.RetryDelay;
        Total = Options.ExpectedCount ?? count;
        IsList = isList;
        Window = isList ? (int)Math.Min((long)Options.MaxConcurrency * ListWindowFactor, int.MaxValue) : Options.MaxConcurrency;
        Remembered = isList ? int.MaxValue : Defaults.EmbeddingMemory;
        Format = FormatChoice.Of(client, endpoint, Options.EncodingFormat);
    }

    public BatchEmbeddingOptions Options { get; }

    public string Endpoint { get; }

    public TimeProvider Clock { get; }

    public TimeSpan RetryDelay { get; }

    /// <summary>Gets the number of texts; null when it is unknown.</summary>
    public int? Total { get; }

    /// <summary>Gets whether the texts are in memory, so that taking them never waits.</summary>
    public bool IsList { get; }

    /// <summary>Gets how many batches may have been begun and not have left.</summary>
    public int Window { get; }

    /// <summary>Gets how many different texts are known again.</summary>
    public int Remembered { get; }

    public FormatChoice Format { get; }

    /// <summary>Gets how many times the client has been asked.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public static BatchJob ForList(IDeployClient client, string endpoint, BatchEmbeddingOptions? options, string argumentName, int count) =>
        new(client, endpoint, options, argumentName, count, isList: true);

    public static BatchJob ForStream(IDeployClient client, string endpoint, BatchEmbeddingOptions? options, string argumentName, int? count) =>
        new(client, endpoint, options, argumentName, count, isList: false);

    /// <summary>Starts to observe the run; null when nobody listens.</summary>
    public Operation? Observe() => BatchTelemetry.Start(_client, Endpoint);

    /// <summary>Asks once. Our own client leaves trying again to the run, which paces all requests together; other clients do as they do.</summary>
    public Task<EmbeddingResponse> AskAsync(IReadOnlyList<string> texts, EmbeddingEncodingFormat? format, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _requests);
        var request = new EmbeddingRequest(texts) { EncodingFormat = format, Extra = Options.Extra };
        return _own is not null ? _own.PredictOnceAsync(Endpoint, request, cancellationToken) : _client.PredictAsync(Endpoint, request, cancellationToken);
    }
}
