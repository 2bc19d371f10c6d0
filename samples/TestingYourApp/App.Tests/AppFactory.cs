using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Mlflow.Deployments;

namespace TestingYourApp.Tests;

/// <summary>The whole app, asking a client that the test chooses.</summary>
internal sealed class AppFactory(IDeployClient client) : WebApplicationFactory<Program>
{
    protected override void ConfigureWebHost(IWebHostBuilder builder) =>
        builder.ConfigureTestServices(services => services.AddSingleton(client));
}
