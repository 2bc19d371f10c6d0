using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Mlflow.Deployments.IntegrationTests.Telemetry;

/// <summary>OpenTelemetry with exporters in memory. What other tests do at the same time is told apart by the port of the server.</summary>
internal sealed class Recorder : IDisposable
{
    private readonly List<Activity> _spans = [];
    private readonly List<Metric> _metrics = [];
    private readonly TracerProvider _tracing;
    private readonly MeterProvider _metering;
    private readonly int _port;

    public Recorder(string server)
    {
        _port = new Uri(server).Port;
        _tracing = Sdk.CreateTracerProviderBuilder().AddSource(DeployTelemetry.ActivitySourceName).AddInMemoryExporter(_spans).Build();
        _metering = Sdk.CreateMeterProviderBuilder().AddMeter(DeployTelemetry.MeterName).AddInMemoryExporter(_metrics).Build();
    }

    /// <summary>Returns the spans that have ended.</summary>
    public IReadOnlyList<Activity> Spans()
    {
        _tracing.ForceFlush();
        lock (_spans)
        {
            return [.. _spans.ToArray().Where(span => Equals(span.GetTagItem("server.port"), _port))];
        }
    }

    /// <summary>Returns the attributes of the one span; values of arrays joined by a comma.</summary>
    public Dictionary<string, object?> Tags() => Tags(Spans().Single());

    public static Dictionary<string, object?> Tags(Activity span) =>
        span.TagObjects.Where(tag => tag.Key != "server.port").ToDictionary(tag => tag.Key, tag => tag.Value is string[] list ? string.Join(',', list) : tag.Value);

    /// <summary>Returns each measurement as one line: name, unit, count, sum of what is no time, attributes but those of the server.</summary>
    public IReadOnlyList<string> Measurements()
    {
        _metering.ForceFlush();
        var lines = new List<string>();
        foreach (var metric in _metrics.ToArray().GroupBy(metric => metric.Name).Select(group => group.Last()))
        {
            foreach (ref readonly var point in metric.GetMetricPoints())
            {
                var tags = new Dictionary<string, object?>();
                foreach (var tag in point.Tags)
                {
                    tags[tag.Key] = tag.Value;
                }

                if (Equals(tags.GetValueOrDefault("server.port"), _port))
                {
                    var sum = metric.Unit == "s" ? string.Empty : $" sum {point.GetHistogramSum()}";
                    var attributes = tags.Where(tag => !tag.Key.StartsWith("server.", StringComparison.Ordinal)).OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $"{tag.Key}={tag.Value}");
                    lines.Add($"{metric.Name} {metric.Unit} count {point.GetHistogramCount()}{sum} {string.Join(' ', attributes)}");
                }
            }
        }

        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    public void Dispose()
    {
        _tracing.Dispose();
        _metering.Dispose();
    }
}
