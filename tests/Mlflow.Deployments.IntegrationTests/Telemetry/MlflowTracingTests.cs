using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.IntegrationTests.Fakes;
using Mlflow.Deployments.IntegrationTests.Readme;
using OpenTelemetry.Trace;

namespace Mlflow.Deployments.IntegrationTests.Telemetry;

/// <summary>The recipe of docs/telemetry.md sends traces the way that an MLflow tracking server takes them.</summary>
public class MlflowTracingTests
{
    [Test, CancelAfter(10_000)]
    public async Task Recipe_posts_the_trace_to_the_path_and_with_the_header_of_MLflow(CancellationToken token)
    {
        var posted = new TaskCompletionSource<(string Request, string? Experiment, string? Type, byte[] Body)>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var tracking = await FaultServer.StartAsync(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            if (Contains(body.ToArray(), "chat recipe"))
            {
                posted.TrySetResult(($"{context.Request.Method} {context.Request.Path}", context.Request.Headers["x-mlflow-experiment-id"], context.Request.ContentType, body.ToArray()));
            }
        });
        using var gateway = Gateway.Answering("/gateway/recipe/invocations", Answers.Chat);
        var services = new ServiceCollection();
        services.AddDeployClient(options => (options.Target, options.Dialect) = (gateway.Address, DeployDialect.MlflowGateway));
        PlatformExamples.TraceToMlflow(services, tracking.Address);
        await using var provider = services.BuildServiceProvider();
        var tracing = provider.GetRequiredService<TracerProvider>();

        await provider.GetRequiredService<IDeployClient>().PredictAsync("recipe", new ChatRequest("Hi"), token);
        tracing.ForceFlush();
        var (request, experiment, type, sent) = await posted.Task.WaitAsync(token);

        Assert.Multiple(() =>
        {
            Assert.That((request, experiment, type), Is.EqualTo(("POST /v1/traces", "0", "application/x-protobuf")));
            Assert.That(new[] { "my-app", "gen_ai.request.model", "gpt-4o-mini" }.Where(text => !Contains(sent, text)), Is.Empty);
        });
    }

    private static bool Contains(byte[] bytes, string text) => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
}
