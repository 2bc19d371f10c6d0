using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Mlflow.Deployments.Chat;

namespace Mlflow.Deployments.Gateway.Tests.Readme;

/// <summary>What apps do when they start; compiled here. <c>.ci/run</c> makes a new app of the first one, with the packed client, and asks it.</summary>
internal static class WebExamples
{
    public static void NewWebApp(string[] args)
    {
        #region new-web-app
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddDeployClient("http://localhost:5000");

        var app = builder.Build();
        app.MapGet("/ask", (string question, IDeployClient client, CancellationToken cancellationToken) => TypedResults.ServerSentEvents(
            client.PredictStreamAsync("chat", new ChatRequest(question), cancellationToken).TextAsync(cancellationToken)));
        app.Run();
        #endregion
    }

    public static void StreamToBrowser(WebApplication app)
    {
        #region stream-to-browser
        app.MapGet("/story", (string about, IDeployClient client, CancellationToken cancellationToken) => TypedResults.ServerSentEvents(
            client.PredictStreamAsync("chat", new ChatRequest($"A story about {about}."), cancellationToken).TextAsync(cancellationToken)));
        #endregion
    }

    public static void RegisterChatClient(IServiceCollection services)
    {
        #region extensions-ai-register
        services.AddDeployClient("http://localhost:5000");
        services.AddChatClient(provider => provider.GetRequiredService<IDeployClient>().AsIChatClient("chat")).UseFunctionInvocation().UseOpenTelemetry();
        services.AddEmbeddingGenerator(provider => provider.GetRequiredService<IDeployClient>().AsIEmbeddingGenerator("embeddings"));
        #endregion
    }
}
