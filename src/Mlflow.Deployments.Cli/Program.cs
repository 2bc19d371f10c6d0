using System.CommandLine;

var root = new RootCommand("Asks MLflow AI Gateways from the command line.");
return await root.Parse(args).InvokeAsync().ConfigureAwait(false);
