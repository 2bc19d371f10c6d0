using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;
using WireMock.Settings;

namespace Mlflow.Deployments.IntegrationTests.Fakes;

/// <summary>A scripted gateway that keeps what it was asked.</summary>
internal sealed class Gateway : IDisposable
{
    public WireMockServer Server { get; } = WireMockServer.Start(new WireMockServerSettings { Urls = ["http://127.0.0.1:0"] });

    public string Address => Server.Urls[0];

    /// <summary>Gets the one request that came.</summary>
    public WireMock.IRequestMessage Request => Server.LogEntries[0].RequestMessage!;

    public int Requests => Server.LogEntries.Count;

    /// <summary>Starts a gateway that answers every request to a path alike.</summary>
    public static Gateway Answering(string path, string body, int status = 200, string contentType = "application/json", params (string Name, string Value)[] headers)
    {
        var gateway = new Gateway();
        gateway.Answer(WireMock.RequestBuilders.Request.Create().WithPath(path), body, status, contentType, headers);
        return gateway;
    }

    public void Answer(IRequestBuilder request, string body, int status = 200, string contentType = "application/json", params (string Name, string Value)[] headers)
    {
        var response = Response.Create().WithStatusCode(status).WithHeader("Content-Type", contentType).WithBody(body);
        foreach (var (name, value) in headers)
        {
            response = response.WithHeader(name, value);
        }

        Server.Given(request).RespondWith(response);
    }

    public DeployClient Client(DeployClientOptions? options = null) => new(Address, Options.ForGateway(options));

    /// <summary>Returns the one value of a header of the one request; null when it was not sent.</summary>
    public string? Header(string name) => Request.Headers!.TryGetValue(name, out var values) ? values.Single() : null;

    public void Dispose() => Server.Dispose();
}
