using System.Net;

namespace Mlflow.Deployments;

/// <summary>Whether a server can be asked.</summary>
public sealed record GatewayHealth
{
    /// <summary>Gets whether the server answered that it is well.</summary>
    public required bool IsHealthy { get; init; }

    /// <summary>Gets the server's word, for example <c>OK</c>; null when it did not answer, or with something else.</summary>
    public string? Status { get; init; }

    /// <summary>Gets the status of the answer; null when none came.</summary>
    public HttpStatusCode? StatusCode { get; init; }

    /// <summary>Gets why the server is not healthy, in one sentence; null when it is.</summary>
    public string? Error { get; init; }
}
