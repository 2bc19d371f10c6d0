namespace Mlflow.Deployments.IntegrationTests.Matrix;

/// <summary>Which calls are sent again, if retries are on.</summary>
public enum SentAgain
{
    Never,
    ReadingOrAsMlflow,
    Always,
}
