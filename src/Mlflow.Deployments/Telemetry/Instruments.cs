using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Mlflow.Deployments.Telemetry;

/// <summary>The one source of spans and the one meter, with the units and buckets that OpenTelemetry's conventions advise.</summary>
internal static class Instruments
{
    private static readonly string Version = typeof(Instruments).Assembly.GetName().Version!.ToString(3);

    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
    };

    private static readonly InstrumentAdvice<long> Tokens = new()
    {
        HistogramBucketBoundaries = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864],
    };

    public static readonly ActivitySource Source = new(DeployTelemetry.ActivitySourceName, Version);

    private static readonly Meter Meter = new(DeployTelemetry.MeterName, Version);

    public static readonly Histogram<double> Duration =
        Meter.CreateHistogram("gen_ai.client.operation.duration", "s", "How long operations took.", tags: null, Seconds);

    public static readonly Histogram<long> TokenUsage =
        Meter.CreateHistogram("gen_ai.client.token.usage", "{token}", "Number of input and output tokens used.", tags: null, Tokens);

    public static readonly Histogram<double> TimeToFirstChunk =
        Meter.CreateHistogram("gen_ai.client.operation.time_to_first_chunk", "s", "Time from the request of a stream to its first chunk.", tags: null, Seconds);

    public static readonly Histogram<double> TimePerOutputChunk =
        Meter.CreateHistogram("gen_ai.client.operation.time_per_output_chunk", "s", "Time from one chunk of a stream to the next.", tags: null, Seconds);

    /// <summary>Gets whether anybody listens; if not, calls are not observed at all.</summary>
    public static bool AreListenedTo => Source.HasListeners() || Duration.Enabled || TokenUsage.Enabled || TimeToFirstChunk.Enabled || TimePerOutputChunk.Enabled;
}
