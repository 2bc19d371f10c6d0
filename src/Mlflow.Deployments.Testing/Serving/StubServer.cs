using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Mlflow.Deployments.Testing.Scripts;
using WireMock;
using WireMock.RequestBuilders;
using WireMock.Server;
using WireMock.Settings;

namespace Mlflow.Deployments.Testing.Serving;

/// <summary>
/// WireMock, with a middleware of ours before it in the same Kestrel. WireMock takes the requests, keeps them, and finds the stub; what it
/// can send it sends. Streams and faults, which it cannot, are played by the middleware.
/// </summary>
internal sealed class StubServer : IDisposable
{
    private readonly WireMockServer _server;
    private readonly ConditionalWeakTable<IRequestMessage, FakeRequest> _requests = [];
    private readonly CancellationTokenSource _stopping = new();
    private long _arrivals;

    /// <param name="clock">The clock of delays.</param>
    /// <param name="silence">Holds silent answers.</param>
    /// <param name="rest">Answers what no stub is for.</param>
    public StubServer(TimeProvider clock, SilenceGate silence, Func<FakeRequest, Script> rest)
    {
        var player = new ScriptPlayer(clock, silence, _stopping.Token);
        _server = WireMockServer.Start(new WireMockServerSettings
        {
            Urls = ["http://127.0.0.1:0"],
            DisableJsonBodyParsing = true, // bodies are kept as they came
            PreWireMockMiddlewareInit = app => ((IApplicationBuilder)app).Use(player.InvokeAsync),
        });
        Address = new(_server.Urls[0]);
        _server.Given(Request.Create()).AtPriority(int.MaxValue).RespondWith(new ScriptProvider(message => rest(RequestOf(message))));
    }

    public Uri Address { get; }

    public IReadOnlyList<FakeRequest> Requests =>
        [.. _server.LogEntries.Select(entry => entry.RequestMessage).OfType<IRequestMessage>().Select(RequestOf).OrderBy(request => request.Number)];

    /// <summary>Answers with a stub from now on; one that is there already takes its new rank.</summary>
    public void Answer(IEndpointStub stub) =>
        _server.Given(Request.Create().Add(new StubMatcher(message => stub.Matches(RequestOf(message))))).WithGuid(stub.Id).AtPriority(stub.Rank)
            .RespondWith(new ScriptProvider(message => stub.Next(RequestOf(message))));

    public void Dispose()
    {
        _stopping.Cancel();
        _server.Dispose();
        _stopping.Dispose();
    }

    private FakeRequest RequestOf(IRequestMessage message) => _requests.GetValue(message, Read);

    private FakeRequest Read(IRequestMessage message)
    {
        var address = new Uri(message.AbsoluteUrl);
        var headers = message.Headers?.Select(header => KeyValuePair.Create(header.Key, string.Join(", ", header.Value))) ?? [];
        var body = message.BodyData?.BodyAsBytes ?? (message.BodyData?.BodyAsString is { } text ? Encoding.UTF8.GetBytes(text) : []);
        return new(Interlocked.Increment(ref _arrivals), message.Method, address.PathAndQuery, headers, body);
    }
}
