using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Mlflow.Deployments.Chat;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Polly;

namespace Mlflow.Deployments.IntegrationTests.Readme;

/// <summary>What the pages about registration and telemetry show; <c>ReadmeTests</c> compares them word for word.</summary>
internal static class PlatformExamples
{
    public static void Register(IServiceCollection services)
    {
        #region register
        services.AddDeployClient("http://localhost:5000");
        #endregion
    }

    public static void RegisterFromConfiguration(IServiceCollection services, string token)
    {
        #region register-configuration
        services.AddDeployClient();                                  // everything from Mlflow:Deployments
        services.AddDeployClient(options => options.Token = token);  // the same, and a token that code gets
        #endregion
    }

    #region inject
    internal sealed class Summaries(IDeployClient client)
    {
        public async Task<string> OfAsync(string text, CancellationToken cancellationToken) =>
            (await client.PredictAsync("chat", new ChatRequest($"Sum up: {text}"), cancellationToken)).Text;
    }
    #endregion

    public static void RegisterSeveral(IServiceCollection services, IConfiguration configuration)
    {
        #region register-keyed
        services.AddKeyedDeployClient("eu", configuration.GetSection("Gateways:Eu"));
        services.AddKeyedDeployClient("us", options => options.Target = "https://gateway.us.example");
        #endregion
    }

    #region inject-keyed
    internal sealed class Router([FromKeyedServices("eu")] IDeployClient europe, [FromKeyedServices("us")] IDeployClient america)
    {
        public IDeployClient For(string region) => region == "eu" ? europe : america;
    }
    #endregion

    public static void ReplaceRetries(IServiceCollection services)
    {
        #region replace-retries
        services.AddDeployClient(options => options.MaxRetries = 0)
            .AddResilienceHandler("gateway", pipeline => pipeline.AddRetry(new HttpRetryStrategyOptions { MaxRetryAttempts = 5, UseJitter = true }));
        #endregion
    }

    public static void CheckHealth(IServiceCollection services)
    {
        #region health-check
        services.AddHealthChecks().AddDeployClient(requiredEndpoints: ["chat", "embeddings"], tags: ["ready"]);
        #endregion
    }

    public static void Observe(IServiceCollection services)
    {
        #region observe
        services.AddOpenTelemetry()
            .WithTracing(tracing => tracing.AddSource(DeployTelemetry.ActivitySourceName))
            .WithMetrics(metrics => metrics.AddMeter(DeployTelemetry.MeterName));
        #endregion
    }

    public static void TraceToMlflow(IServiceCollection services, string trackingServer)
    {
        #region trace-to-mlflow
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("my-app"))
            .WithTracing(tracing => tracing
                .AddSource(DeployTelemetry.ActivitySourceName)
                .AddOtlpExporter(otlp =>
                {
                    otlp.Protocol = OtlpExportProtocol.HttpProtobuf;
                    otlp.Endpoint = new Uri(new Uri(trackingServer), "v1/traces");
                    otlp.Headers = "x-mlflow-experiment-id=0";
                }));
        #endregion
    }
}
