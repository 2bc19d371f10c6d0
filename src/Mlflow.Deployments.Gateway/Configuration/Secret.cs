namespace Mlflow.Deployments.Gateway.Configuration;

/// <summary>A key. It shows itself to nobody but the one who asks by <see cref="Reveal"/>, so that no log or message can hold it by accident.</summary>
internal sealed class Secret(string value)
{
    public string Reveal() => value;

    /// <inheritdoc/>
    public override string ToString() => "(secret)";
}
