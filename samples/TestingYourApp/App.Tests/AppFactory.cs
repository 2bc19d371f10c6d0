using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Mlflow.Deployments.Testing;

namespace TestingYourApp.Tests;

/// <summary>The whole app, configured to ask a gateway of the test's own. It has its own client, retries included; only their waits are left out.</summary>
internal sealed class AppFactory(FakeGateway gateway) : WebApplicationFactory<Program>
{
    protected override void ConfigureWebHost(IWebHostBuilder builder) => builder
        .UseSetting("Mlflow:Deployments:Target", gateway.Target)
        .UseSetting("Mlflow:Deployments:Dialect", "MlflowGateway") // so that the app asks nothing to find it out
        .UseSetting("Mlflow:Deployments:RetryDelay", "00:00:00")
        .UseSetting("Mlflow:Deployments:RespectRetryAfter", "false");
}
