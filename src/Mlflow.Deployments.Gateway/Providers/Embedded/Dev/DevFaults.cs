namespace Mlflow.Deployments.Gateway.Providers.Embedded.Dev;

/// <summary>Decides which requests fail: spread evenly by their number, so that a test knows beforehand.</summary>
/// <remarks>Thread-safe. One for each endpoint; the count starts again when the configuration is loaded again.</remarks>
internal sealed class DevFaults(DevResponderSettings settings)
{
    // Decimal, because 0.29 × 100 is a little less than 29 in binary and the hundredth request would be spared.
    private readonly decimal _rate = (decimal)settings.ErrorRate;
    private long _requests;

    /// <summary>Counts a request.</summary>
    /// <returns>Its error, or null: of a rate of 0.5 every second request fails, the second first.</returns>
    public DevError? Next()
    {
        long number = Interlocked.Increment(ref _requests);
        return decimal.Floor(number * _rate) > decimal.Floor((number - 1) * _rate)
            ? new DevError(settings.ErrorStatus, settings.ErrorMessage)
            : null;
    }
}
