using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Mlflow.Deployments.Errors;
using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments.Tests.Errors;

/// <summary>What the layers below throw, and what callers catch.</summary>
public class FailuresTests
{
    private const string Cut = " 3 chunks came before that; the answer is not whole.";

    private static readonly CallContext Call = CallContext.ForEndpoint("chat", DeployTarget.Resolve("http://gateway.test", "target", _ => null));

    private static readonly TestCaseData[] InStreams =
    [
        new(new InvalidDataException("sent too much"), false, "sent too much", false),
        new(new IOException("cable"), false, "was cut off: the connection broke", true),
        new(new HttpRequestException("cable"), true, "was cut off: the connection broke", true),
        new(new CorruptBodyException(new InvalidDataException("gzip")), false, "has a body that does not match its Content-Encoding", false),
        new(new JsonException("comma"), false, "sent an event that cannot be read as JSON of the expected form", false),
        new(new JsonException("comma"), true, "was cut off in the middle of an event, or ended with one that cannot be read as JSON of the expected form", true),
    ];

    [TestCase("408", true)]
    [TestCase("429", true)]
    [TestCase("500", true)]
    [TestCase("503", true)]
    [TestCase("599", true)]
    [TestCase("400", false)]
    [TestCase("409", false)]
    [TestCase("430", false)]
    [TestCase("499", false)]
    [TestCase("501", false)]
    [TestCase("600", false)]
    [TestCase("-429", false)]
    [TestCase("rate_limit_reached", true)]
    [TestCase("overloaded_error", true)]
    [TestCase("server_error", true)]
    [TestCase("INTERNAL", true)]
    [TestCase("UNAVAILABLE", true)]
    [TestCase("gateway_timeout", true)]
    [TestCase("temporarily_closed", true)]
    [TestCase("REQUEST_LIMIT_EXCEEDED", true)]
    [TestCase("RESOURCE_EXHAUSTED", true)]
    [TestCase("too_many_requests", true)]
    [TestCase("invalid_request_error", false)]
    [TestCase("", false)]
    [TestCase(null, false)]
    public void Error_inside_an_answer_may_pass_or_not(string? code, bool isTransient) => Assert.That(Failures.IsTransient(new(code, "overloaded")), Is.EqualTo(isTransient));

    [TestCaseSource(nameof(InStreams))]
    public void Failure_in_a_stream_tells_what_happened_and_whether_it_may_pass(Exception failure, bool hasEnded, string why, bool isTransient)
    {
        using var limit = Limit();

        var translated = Failures.TranslateStream(failure, Call, limit, 3, hasEnded, default) as DeployStreamException;

        Assert.Multiple(() =>
        {
            Assert.That(translated?.Message, Is.EqualTo($"The stream of endpoint 'chat' {why}.{Cut}"));
            Assert.That(translated?.IsTransient, Is.EqualTo(isTransient));
            Assert.That(translated?.InnerException, failure is InvalidDataException ? Is.Null : Is.SameAs(failure));
        });
    }

    [Test]
    public void Failure_that_is_none_of_ours_passes_as_it_is()
    {
        using var limit = Limit();
        Exception[] others = [new InvalidOperationException(), new DeployRequestException("no"), new OperationCanceledException()];

        Assert.Multiple(() =>
        {
            foreach (var other in others)
            {
                Assert.That(Failures.Translate(other, Call, limit, default), Is.SameAs(other));
                Assert.That(Failures.TranslateStream(other, Call, limit, 0, hasEnded: false, default), Is.SameAs(other));
            }
        });
    }

    [Test]
    public void Failure_before_a_stream_is_of_its_kind()
    {
        using var limit = Limit();

        Assert.Multiple(() =>
        {
            Assert.That(Failures.Translate(new IOException("cable"), Call, limit, default), Is.TypeOf<DeployConnectionException>());
            Assert.That(Failures.Translate(new HttpRequestException("cable"), Call, limit, default), Is.TypeOf<DeployConnectionException>());
            Assert.That(Failures.Translate(new CorruptBodyException(new InvalidDataException("gzip")), Call, limit, default), Has.Message.Contains("Content-Encoding"));
            Assert.That(Failures.Translate(new Polly.CircuitBreaker.BrokenCircuitException(), Call, limit, default), Has.Message.Contains("circuit breaker"));
        });
    }

    [Test]
    public void Caller_who_cancels_gets_the_token_that_was_given()
    {
        using var caller = new CancellationTokenSource();
        using var linked = new CancellationTokenSource();
        using var limit = Limit();
        caller.Cancel();
        var own = new OperationCanceledException("own", caller.Token);
        var below = new OperationCanceledException("below", linked.Token);

        var translated = Failures.Translate(below, Call, limit, caller.Token) as OperationCanceledException;

        Assert.Multiple(() =>
        {
            Assert.That(Failures.Translate(own, Call, limit, caller.Token), Is.SameAs(own));
            Assert.That((translated?.CancellationToken, translated?.Message, translated?.InnerException), Is.EqualTo(((CancellationToken?)caller.Token, "below", below)));
        });
    }

    [Test]
    public void Time_limit_wins_where_the_caller_did_not_cancel()
    {
        var clock = new FakeTimeProvider();
        using var limit = new TimeLimit("Timeout", TimeSpan.FromSeconds(2), clock, default);
        clock.Advance(TimeSpan.FromSeconds(2));

        Assert.That(Failures.TranslateStream(new OperationCanceledException(), Call, limit, 3, hasEnded: false, default), Is.TypeOf<DeployTimeoutException>()
            .With.Property("OptionName").EqualTo("Timeout").And.Property("Limit").EqualTo(TimeSpan.FromSeconds(2)).And.Property("ChunksReceived").EqualTo(3));
    }

    [Test]
    public void Time_limit_of_the_callers_own_client_is_told_as_such()
    {
        using var limit = Limit();

        Assert.That(Failures.Translate(new TaskCanceledException("x", new TimeoutException()), Call, limit, default), Is.TypeOf<DeployTimeoutException>().With.Property("OptionName").EqualTo("HttpClient.Timeout"));
    }

    private static TimeLimit Limit() => new("Timeout", TimeSpan.FromDays(1), TimeProvider.System, default);
}
