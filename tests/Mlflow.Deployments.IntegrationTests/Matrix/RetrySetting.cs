namespace Mlflow.Deployments.IntegrationTests.Matrix;

/// <summary>A setting of retries. The waits between tries are nothing, so that no clock has to be moved on.</summary>
public sealed record RetrySetting(string Name, int MaxRetries, RetryMode Mode)
{
    public static IReadOnlyList<RetrySetting> All { get; } = [new("no retries", 0, RetryMode.Mlflow), new("2 safe retries", 2, RetryMode.Safe), new("2 retries as MLflow", 2, RetryMode.Mlflow)];

    /// <summary>Tells how many requests a call makes of a server that never recovers.</summary>
    public int Requests(SentAgain again, bool isReading) => again switch
    {
        SentAgain.Always => 1 + MaxRetries,
        SentAgain.ReadingOrAsMlflow when isReading || Mode == RetryMode.Mlflow => 1 + MaxRetries,
        _ => 1,
    };

    public DeployClientOptions ToOptions() => new()
    {
        Target = "http://gateway.test",
        Dialect = DeployDialect.MlflowGateway,
        MaxRetries = MaxRetries,
        RetryMode = Mode,
        RetryDelay = TimeSpan.Zero,
        TimeProvider = new Fakes.ObservedClock(),
    };

    public override string ToString() => Name;
}
