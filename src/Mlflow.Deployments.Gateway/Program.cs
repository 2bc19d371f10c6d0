using Mlflow.Deployments.Gateway.Commands;

return await GatewayCommand.RunAsync(args);

/// <summary>The program. Not public: what the package offers is <see cref="Mlflow.Deployments.Gateway.GatewayApplication"/>.</summary>
internal sealed partial class Program;
