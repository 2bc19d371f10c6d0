namespace Mlflow.Deployments.Testing;

/// <summary>How a <see cref="FakeGateway"/> behaves.</summary>
public sealed record FakeGatewayOptions
{
    /// <summary>Gets which kind of server the fake passes for.</summary>
    /// <value>
    /// <see cref="DeployDialect.MlflowGateway"/>. Every fake also answers the routes of the other two kinds (<see cref="DeployDialect.MlflowServer"/>, and
    /// <see cref="DeployDialect.OpenAI"/> under <c>/v1</c>); the dialect says what <c>/version</c> answers, in which form errors come, and what <see cref="FakeGateway.CreateClient"/> speaks.
    /// </value>
    public DeployDialect Dialect { get; init; }

    /// <summary>Gets the clock of the delays in answers.</summary>
    /// <value>The system's clock.</value>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    internal void Validate(string argumentName)
    {
        if (Dialect is not (DeployDialect.MlflowGateway or DeployDialect.MlflowServer or DeployDialect.OpenAI))
        {
            throw new ArgumentException($"{nameof(Dialect)} is {Dialect}, which the fake does not speak; it speaks MlflowGateway, MlflowServer and OpenAI.", argumentName);
        }

        if (TimeProvider is null)
        {
            throw new ArgumentException($"{nameof(TimeProvider)} is null; leave it out for the system's clock.", argumentName);
        }
    }
}
