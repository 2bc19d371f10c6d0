using Mlflow.Deployments.Gateway.Commands;

return await GatewayCommand.RunAsync(args);
