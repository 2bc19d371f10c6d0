namespace Mlflow.Deployments.Gateway;

/// <summary>A configuration cannot be used. The message and <see cref="Problems"/> name endpoint, key and remedy; they never hold a key's value.</summary>
public sealed class GatewayConfigurationException : Exception
{
    internal GatewayConfigurationException(string source, IReadOnlyList<string> problems)
        : base($"The configuration {source} cannot be used: {string.Join("; ", problems)}")
    {
        Origin = source;
        Problems = problems;
    }

    /// <summary>Gets everything that is wrong, one line each, in the order of the file.</summary>
    public IReadOnlyList<string> Problems { get; }

    /// <summary>Gets what the configuration is: a quoted path, or words.</summary>
    internal string Origin { get; }
}
