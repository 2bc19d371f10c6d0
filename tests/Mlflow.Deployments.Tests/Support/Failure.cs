using System.Net;

namespace Mlflow.Deployments.Tests.Support;

/// <summary>The exceptions that a client throws for the answers of servers.</summary>
internal static class Failure
{
    public static DeployRequestException Refused(string words, HttpStatusCode status = HttpStatusCode.BadRequest) => new(words) { StatusCode = status };

    public static DeployRateLimitException RateLimited(TimeSpan? retryAfter = null) =>
        new("too many requests") { StatusCode = HttpStatusCode.TooManyRequests, RetryAfter = retryAfter, IsTransient = true };

    public static DeployConnectionException Cut() => new("the connection broke") { IsTransient = true };
}
