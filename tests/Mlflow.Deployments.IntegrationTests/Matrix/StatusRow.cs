namespace Mlflow.Deployments.IntegrationTests.Matrix;

/// <summary>What is expected of one status.</summary>
/// <param name="Status">The status.</param>
/// <param name="OfEndpoint">The exception of a call to an endpoint.</param>
/// <param name="OfList">The exception of the list of endpoints.</param>
/// <param name="IsTransient">Whether the exception says that a later try may help.</param>
/// <param name="Again">Which calls are sent again.</param>
public sealed record StatusRow(int Status, Type OfEndpoint, Type OfList, bool IsTransient, SentAgain Again)
{
    public static IReadOnlyList<StatusRow> All { get; } =
    [
        new(400, typeof(DeployRequestException), typeof(DeployRequestException), false, SentAgain.Never),
        new(401, typeof(DeployAuthenticationException), typeof(DeployAuthenticationException), false, SentAgain.Never),
        new(403, typeof(DeployAuthenticationException), typeof(DeployAuthenticationException), false, SentAgain.Never),
        new(404, typeof(DeployEndpointNotFoundException), typeof(DeployRequestException), false, SentAgain.Never),
        new(405, typeof(DeployRequestException), typeof(DeployRequestException), false, SentAgain.Never),
        new(408, typeof(DeployRequestException), typeof(DeployRequestException), true, SentAgain.Never),
        new(409, typeof(DeployRequestException), typeof(DeployRequestException), false, SentAgain.Never),
        new(413, typeof(DeployRequestException), typeof(DeployRequestException), false, SentAgain.Never),
        new(415, typeof(DeployRequestException), typeof(DeployRequestException), false, SentAgain.Never),
        new(422, typeof(DeployRequestException), typeof(DeployRequestException), false, SentAgain.Never),
        new(429, typeof(DeployRateLimitException), typeof(DeployRateLimitException), true, SentAgain.Always),
        new(500, typeof(DeployServerException), typeof(DeployServerException), true, SentAgain.ReadingOrAsMlflow),
        new(501, typeof(DeployServerException), typeof(DeployServerException), false, SentAgain.Never),
        new(502, typeof(DeployServerException), typeof(DeployServerException), true, SentAgain.ReadingOrAsMlflow),
        new(503, typeof(DeployServerException), typeof(DeployServerException), true, SentAgain.Always),
        new(504, typeof(DeployServerException), typeof(DeployServerException), true, SentAgain.Never),
        new(529, typeof(DeployServerException), typeof(DeployServerException), true, SentAgain.Never),
    ];

    public override string ToString() => Status.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
