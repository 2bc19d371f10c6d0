using System.Net;
using System.Text;

namespace Mlflow.Deployments.Tests.Support;

/// <summary>Makes clients that never touch a socket.</summary>
internal static class Clients
{
    public static DeployClient Answering(HttpMessageHandler handler, DeployClientOptions? options = null)
    {
        options ??= new();
        options.Target ??= "http://gateway.test";
        options.Dialect ??= DeployDialect.MlflowGateway; // else the first request would be the probe
        return new(new HttpClient(handler), options);
    }

    public static DeployClient AnsweringJson(string json) => Answering(new StubHandler(_ => Json(json)));

    public static DeployClient Streaming(Stream events, DeployClientOptions? options = null) => Answering(
        new StubHandler(_ => new(HttpStatusCode.OK) { Content = new StreamContent(events) { Headers = { { "Content-Type", "text/event-stream" } } } }),
        options);

    public static DeployClient Streaming(string events) => Streaming(new MemoryStream(Encoding.UTF8.GetBytes(events)));

    public static HttpResponseMessage Json(string json, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
}
