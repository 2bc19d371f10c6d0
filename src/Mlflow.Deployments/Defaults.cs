namespace Mlflow.Deployments;

/// <summary>Every default and limit in one place, each with its reason.</summary>
internal static class Defaults
{
    /// <summary>Long answers of large models take minutes; <see cref="HttpClient"/>'s 100 seconds would cut paid work off.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    /// <summary>Reasoning models think for minutes before the first byte.</summary>
    public static readonly TimeSpan FirstByteTimeout = TimeSpan.FromMinutes(5);

    /// <summary>Once tokens flow, a minute of silence means that the other side is gone.</summary>
    public static readonly TimeSpan StreamIdleTimeout = TimeSpan.FromSeconds(60);

    /// <summary>A server that asks for more patience than this has a quota problem that waiting in a call does not solve.</summary>
    public static readonly TimeSpan MaxRetryAfter = TimeSpan.FromSeconds(60);

    /// <summary>What the timers of .NET can count.</summary>
    public static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(49);

    /// <summary>A health check must answer while somebody looks.</summary>
    public static readonly TimeSpan HealthTimeout = TimeSpan.FromSeconds(10);

    /// <summary>A token comes at once or not at all; calls that wait for it have their own limits too.</summary>
    public static readonly TimeSpan TokenTimeout = TimeSpan.FromSeconds(30);

    public const int MaxRetries = 2;

    public static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(500);

    public static readonly TimeSpan MaxRetryDelay = TimeSpan.FromSeconds(20);

    /// <summary>What is kept of an error body: enough for every server's words, too little to hurt.</summary>
    public const int MaxErrorBytes = 64 * 1024;

    /// <summary>One event of a stream is a few hundred bytes; a megabyte leaves room for tool arguments and images in base64.</summary>
    public const int MaxEventBytes = 1024 * 1024;

    /// <summary>A whole answer: 2,048 vectors of 3,072 numbers are about 100 MB of JSON.</summary>
    public const int MaxResponseBytes = 512 * 1024 * 1024;

    public const int EmbeddingBatchSize = 256;

    public const int EmbeddingConcurrency = 8;

    /// <summary>With their waits about eight seconds: a gateway that is started anew is back.</summary>
    public const int EmbeddingRetries = 5;

    /// <summary>Quotas are counted by the minute nearly everywhere; ten of them outlast every burst, and a run that is stuck still ends.</summary>
    public static readonly TimeSpan EmbeddingPatience = TimeSpan.FromMinutes(10);

    /// <summary>How many different texts of a stream are known again: 25 MB of vectors at 1,536 dimensions.</summary>
    public const int EmbeddingMemory = 4096;
}
