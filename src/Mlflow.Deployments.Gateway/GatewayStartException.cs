namespace Mlflow.Deployments.Gateway;

/// <summary>A gateway could not start for a reason outside its configuration: the port is taken, the address is not one of this machine.</summary>
public sealed class GatewayStartException : Exception
{
    internal GatewayStartException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
