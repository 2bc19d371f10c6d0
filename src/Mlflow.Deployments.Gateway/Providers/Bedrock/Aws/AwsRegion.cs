namespace Mlflow.Deployments.Gateway.Providers.Bedrock.Aws;

/// <summary>Regions, and the addresses of services in them.</summary>
internal static class AwsRegion
{
    /// <summary>The region of the environment, or of its profile; null when neither names one.</summary>
    public static string? Find(AwsEnvironment environment)
    {
        if ((environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"]) is { } region)
        {
            return region;
        }

        try
        {
            return AwsProfile.Read(environment)["region"];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whoever needs the files for more than this says so.
            return null;
        }
    }

    public static string Address(string service, string region) =>
        $"https://{service}.{region}.amazonaws.com{(region.StartsWith("cn-", StringComparison.Ordinal) ? ".cn" : "")}";
}
