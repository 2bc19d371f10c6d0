namespace Mlflow.Deployments.Gateway.Http;

/// <summary>The headers of the gateway's own.</summary>
internal static class GatewayHeaders
{
    /// <summary>Headers that begin so are between the client and the gateway.</summary>
    public const string Prefix = "X-MLflow-Gateway-";

    /// <summary>Milliseconds from the body of the request to the head of the answer.</summary>
    public const string Duration = Prefix + "Duration-Ms";

    /// <summary>The part of <see cref="Duration"/> that was not spent on a provider.</summary>
    public const string OverheadDuration = Prefix + "Overhead-Duration-Ms";

    /// <summary>The endpoint that a route chose; with a failure, the last one that was tried.</summary>
    public const string Endpoint = Prefix + "Endpoint";

    /// <summary>How many endpoints of a route were tried.</summary>
    public const string Attempts = Prefix + "Attempts";

    /// <summary>In a request: who asks. A traffic route sends the same caller to the same endpoint.</summary>
    public const string CallerKey = Prefix + "Caller-Key";
}
