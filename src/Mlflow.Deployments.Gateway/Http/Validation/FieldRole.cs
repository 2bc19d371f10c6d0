namespace Mlflow.Deployments.Gateway.Http.Validation;

/// <summary>What the gateway itself wants to know from a field while it passes.</summary>
internal enum FieldRole
{
    None,
    Model,
    ChoiceCount,
    Stream,
    StreamOptions,
    User,
}
