namespace Mlflow.Deployments;

/// <summary>The names that an app's telemetry subscribes to, for example with OpenTelemetry's <c>AddSource</c> and <c>AddMeter</c>.</summary>
public static class DeployTelemetry
{
    /// <summary>The name of the <see cref="System.Diagnostics.ActivitySource"/>: a span for each call, each stream and each batch.</summary>
    public const string ActivitySourceName = "Mlflow.Deployments";

    /// <summary>The name of the <see cref="System.Diagnostics.Metrics.Meter"/>: durations, tokens, times to and between the chunks of streams.</summary>
    public const string MeterName = "Mlflow.Deployments";
}
