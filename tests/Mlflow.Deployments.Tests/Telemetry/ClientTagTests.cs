using Microsoft.Extensions.Logging;
using Mlflow.Deployments.Errors;
using Mlflow.Deployments.Telemetry;
using Mlflow.Deployments.Tests.Support;

namespace Mlflow.Deployments.Tests.Telemetry;

public class ClientTagTests
{
    [TestCase("http://gateway.test:81", null, "mlflow")]
    [TestCase("http://gateway.test:81", DeployDialect.MlflowServer, "mlflow")]
    [TestCase("http://gateway.test:81", DeployDialect.OpenAI, "openai")]
    [TestCase("https://api.openai.com:81", null, "openai")]
    [TestCase("https://api.openai.com:81", DeployDialect.MlflowGateway, "mlflow")]
    [TestCase("https://x.openai.azure.com:81?api-version=1", null, "azure.ai.openai")]
    [TestCase("https://x.cloud.databricks.com:81", null, "databricks")]
    public void Operation_tells_who_is_asked_and_where(string address, DeployDialect? dialect, string provider)
    {
        var target = DeployTarget.Resolve(address, "target", _ => null);
        var telemetry = new ClientTelemetry(target, new() { Dialect = dialect }, new LogLines());

        Assert.That(telemetry.Tags("chat", "gpt"), Is.EqualTo(new KeyValuePair<string, object?>[]
        {
            new("gen_ai.operation.name", "chat"), new("gen_ai.provider.name", provider), new("gen_ai.request.model", "gpt"), new("server.address", target.Address.Host), new("server.port", 81),
        }));
        Assert.That(telemetry.Tags("list_endpoints", null).Select(tag => tag.Key), Has.None.EqualTo("gen_ai.request.model"));
    }

    [Test]
    public void Ends_of_calls_and_streams_are_logged_each_with_its_level()
    {
        var log = new LogLines();
        var call = CallContext.ForEndpoint("chat", DeployTarget.Resolve("http://gateway.test", "target", _ => null));

        log.CallDone(call, 1.2);
        log.CallEnded(call, 2, new OperationCanceledException());
        log.CallEnded(call, 3, new DeployRequestException("no") { StatusCode = System.Net.HttpStatusCode.BadRequest });
        log.CallEnded(call, 4, new IOException());
        log.StreamDone(call, 7, 5);
        log.StreamEnded(call, 7, 6, new OperationCanceledException());
        log.StreamEnded(call, 7, 7, new DeployStreamException("cut"));
        log.ProbeEnded(DeployTarget.Resolve("http://gateway.test", "target", _ => null), new IOException());

        Assert.That(log.Lines, Is.EqualTo(new (LogLevel, string?, string)[]
        {
            (LogLevel.Debug, "CallSucceeded", "Endpoint 'chat' answered after 1.2 ms"),
            (LogLevel.Debug, "CallCancelled", "Endpoint 'chat' was cancelled after 2.0 ms"),
            (LogLevel.Warning, "CallFailed", "Endpoint 'chat' failed after 3.0 ms: DeployRequestException, status 400"),
            (LogLevel.Warning, "CallFailed", "Endpoint 'chat' failed after 4.0 ms: IOException, status (null)"),
            (LogLevel.Debug, "StreamCompleted", "The stream of Endpoint 'chat' was whole after 7 chunks and 5.0 ms"),
            (LogLevel.Debug, "CallCancelled", "Endpoint 'chat' was cancelled after 6.0 ms"),
            (LogLevel.Warning, "StreamFailed", "The stream of Endpoint 'chat' failed after 7 chunks and 7.0 ms: DeployStreamException"),
            (LogLevel.Debug, "ProbeFailed", "What kind of server http://gateway.test is could not be found out: IOException"),
        }));
    }
}
