using Mlflow.Deployments.Chat;

namespace Mlflow.Deployments.Testing.Tests;

/// <summary>Each fault, over a socket and without one: both give the same exception.</summary>
[CancelAfter(20_000)]
[TestFixture(true)]
[TestFixture(false)]
public sealed class FaultTests(bool socket) : IAsyncDisposable
{
    private FakeGateway? _gateway;
    private FakeEndpoints _fake = null!;
    private IDeployClient _client = null!;

    public async ValueTask DisposeAsync()
    {
        (_client as IDisposable)?.Dispose();
        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
        }
    }

    [SetUp]
    public async Task StartAsync()
    {
        if (socket)
        {
            _fake = _gateway = await FakeGateway.StartAsync();
            _client = _gateway.CreateClient(new() { MaxRetries = 0 });
        }
        else
        {
            var client = new FakeDeployClient();
            _fake = client;
            _client = client;
        }
    }

    [TestCaseSource(nameof(NoAnswer))]
    public async Task A_fault_of_a_whole_answer_throws(Fault fault, Type exception, CancellationToken token)
    {
        Break(fault);

        var failure = await Assert.CatchAsync(() => _client.PredictAsync("chat", new ChatRequest("x"), token));

        Assert.That(failure, Is.TypeOf(exception));
    }

    [TestCaseSource(nameof(BrokenStreams))]
    public async Task A_fault_of_a_stream_throws_after_the_pieces_before_it(Fault fault, Type exception, int pieces, CancellationToken token)
    {
        Break(fault);
        var received = new List<string>();

        var failure = await Assert.CatchAsync(async () =>
        {
            await foreach (var text in _client.PredictStreamAsync("chat", new ChatRequest("x"), token).TextAsync(token))
            {
                received.Add(text);
            }
        });

        Assert.Multiple(() =>
        {
            Assert.That(failure, Is.TypeOf(exception));
            Assert.That(received, Is.EqualTo(new[] { "Grüße", " aus", " Bern" }.Take(pieces)));
        });
    }

    [Test]
    public async Task A_reset_in_mid_stream_comes_when_the_test_says_so(CancellationToken token)
    {
        Break(Fault.ResetAfter(2));
        await using var texts = _client.PredictStreamAsync("chat", new ChatRequest("x"), token).TextAsync(token).GetAsyncEnumerator(token);
        await texts.MoveNextAsync();
        await texts.MoveNextAsync();
        var third = texts.MoveNextAsync().AsTask();
        await _fake.WaitForSilenceAsync(token);

        _fake.ReleaseSilence();

        var failure = await Assert.ThrowsAsync<DeployStreamException>(() => third);
        Assert.Multiple(() =>
        {
            Assert.That(failure!.ChunksReceived, Is.EqualTo(2));
            Assert.That(failure!.InnerException, Is.InstanceOf<IOException>());
        });
    }

    [TestCaseSource(nameof(Harmless))]
    public async Task A_stream_with_a_harmless_fault_is_whole(Fault fault, CancellationToken token)
    {
        Break(fault);

        Assert.That((await _client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToChatResponseAsync(token)).Text, Is.EqualTo("Grüße aus Bern"));
    }

    [Test]
    public async Task A_silent_answer_goes_on_when_it_is_released([Values] bool beforeHeaders, CancellationToken token)
    {
        Break(beforeHeaders ? Fault.SilenceBeforeHeaders : Fault.SilenceAfter(2));
        var call = _client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToChatResponseAsync(token);
        await _fake.WaitForSilenceAsync(token);
        var isEarly = call.IsCompleted;

        _fake.ReleaseSilence();

        Assert.That(((await call).Text, isEarly), Is.EqualTo(("Grüße aus Bern", false)));
    }

    [Test]
    public void A_negative_number_of_pieces_is_refused() => Assert.That(() => Fault.CutAfter(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());

    private static IEnumerable<TestCaseData> Harmless() => new[] { Fault.NoDone, Fault.WrongContentType(), Fault.SlowHeaders(TimeSpan.Zero) }.Select(fault => Case(fault));

    private static IEnumerable<TestCaseData> NoAnswer()
    {
        yield return Case(Fault.ResetBeforeHeaders, typeof(DeployConnectionException));
        yield return Case(Fault.ResetAfterHeaders, typeof(DeployConnectionException));
        yield return Case(Fault.CutAfter(0), typeof(DeployConnectionException));
        yield return Case(Fault.CutInsideCharacterAfter(0), typeof(DeployConnectionException));
        yield return Case(Fault.MalformedJson, typeof(DeployException));
        yield return Case(Fault.HtmlErrorPage(), typeof(DeployServerException));
        yield return Case(Fault.HtmlErrorPage(503), typeof(DeployServerException));
        yield return Case(Fault.ErrorEventAfter(0), typeof(DeployException));
    }

    private static IEnumerable<TestCaseData> BrokenStreams()
    {
        yield return Case(Fault.ResetBeforeHeaders, typeof(DeployConnectionException), 0);
        yield return Case(Fault.CutAfter(0), typeof(DeployStreamException), 0);
        yield return Case(Fault.CutAfter(1), typeof(DeployStreamException), 1);
        yield return Case(Fault.CutInsideCharacterAfter(2), typeof(DeployStreamException), 2);
        yield return Case(Fault.NoFinishReason, typeof(DeployStreamException), 3);
        yield return Case(Fault.ErrorEventAfter(1, "overloaded"), typeof(DeployStreamException), 1);
        yield return Case(Fault.MalformedJson, typeof(DeployStreamException), 0);
        yield return Case(Fault.WrongContentType("text/html"), typeof(DeployStreamException), 0);
        yield return Case(Fault.HtmlErrorPage(), typeof(DeployServerException), 0);
    }

    private static TestCaseData Case(Fault fault, params object[] expected) => new TestCaseData([fault, .. expected]).SetArgDisplayNames([$"{fault}", .. expected.Select(item => $"{item}")]);

    private void Break(Fault fault) => _fake.Chat("chat").Returns(new ChatAnswer("Grüße aus Bern") { Fault = fault });
}
