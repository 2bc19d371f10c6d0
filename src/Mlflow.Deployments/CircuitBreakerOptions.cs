namespace Mlflow.Deployments;

/// <summary>When an endpoint that keeps failing is left alone for a while, so that it can recover and callers learn at once.</summary>
/// <remarks>Counted are failures to connect, broken connections, time-outs and statuses from 500 on; each endpoint has a count of its own.</remarks>
public sealed class CircuitBreakerOptions
{
    /// <summary>Gets or sets the share of failed requests from which on the endpoint is left alone.</summary>
    /// <value>0.5. Above 0, up to 1.</value>
    public double FailureRatio { get; set; } = 0.5;

    /// <summary>Gets or sets the number of requests in <see cref="SamplingDuration"/> below which no share is drawn.</summary>
    /// <value>10. At least 2.</value>
    public int MinimumThroughput { get; set; } = 10;

    /// <summary>Gets or sets the time over which requests are counted.</summary>
    /// <value>30 seconds. From half a second to a day.</value>
    public TimeSpan SamplingDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how long the endpoint is left alone before one request tries again.</summary>
    /// <value>5 seconds. From half a second to a day.</value>
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(5);

    internal CircuitBreakerOptions Copy() => new()
    {
        FailureRatio = FailureRatio,
        MinimumThroughput = MinimumThroughput,
        SamplingDuration = SamplingDuration,
        BreakDuration = BreakDuration,
    };

    /// <summary>Tells each property whose value makes no sense.</summary>
    internal IEnumerable<string> Problems()
    {
        if (FailureRatio is not (> 0 and <= 1))
        {
            yield return $"{nameof(FailureRatio)} is {FailureRatio}; it must be above 0 and up to 1.";
        }

        if (MinimumThroughput < 2)
        {
            yield return $"{nameof(MinimumThroughput)} is {MinimumThroughput}; it must be at least 2.";
        }

        foreach (var (name, value) in new[] { (nameof(SamplingDuration), SamplingDuration), (nameof(BreakDuration), BreakDuration) })
        {
            if (value < TimeSpan.FromSeconds(0.5) || value > TimeSpan.FromDays(1))
            {
                yield return $"{name} is {value}; it must be from half a second to a day.";
            }
        }
    }
}
