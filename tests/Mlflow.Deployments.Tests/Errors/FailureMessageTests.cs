using System.Net;
using Mlflow.Deployments.Errors;
using Polly.CircuitBreaker;

namespace Mlflow.Deployments.Tests.Errors;

/// <summary>What becomes of failures that are no answers, word by word.</summary>
public class FailureMessageTests
{
    private static readonly IOException Cause = new("cable");

    private static readonly CallContext Answered = MakeAnswered();

    [TestCase(HttpRequestError.NameResolutionError, "the name of its host is unknown. Check the target")]
    [TestCase(HttpRequestError.ConnectionError, "no connection could be made. Check that it runs and that the target is right")]
    [TestCase(HttpRequestError.SecureConnectionError, "no secure connection could be made. Check its certificate, and whether it speaks https at all")]
    [TestCase(HttpRequestError.ProxyTunnelError, "the proxy did not connect. Check the proxy settings of the environment")]
    [TestCase(HttpRequestError.ResponseEnded, "the connection closed before the answer was whole. The request may have been worked on")]
    [TestCase(HttpRequestError.Unknown, "the connection broke before the answer was whole. The request may have been worked on")]
    public void Connection_that_failed_tells_why_and_what_to_do(HttpRequestError error, string why)
    {
        var cause = new HttpRequestException(error);

        var failure = ErrorFactory.Connection(cause, Answered);

        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Is.EqualTo($"Endpoint 'chat' could not be asked at http://gateway.test: {why}."));
            Assert.That((failure.InnerException, failure.IsTransient), Is.EqualTo((cause, true)));
            AssertKnows(failure);
        });
    }

    [Test]
    public void Connection_that_broke_in_a_stream_of_ours_tells_the_same() => Assert.That(
        ErrorFactory.Connection(Cause, Answered).Message,
        Is.EqualTo("Endpoint 'chat' could not be asked at http://gateway.test: the connection broke before the answer was whole. The request may have been worked on."));

    [TestCase("StreamIdleTimeout", 0, "Endpoint 'chat' sent nothing for 1.5 s in the middle of a stream, after 0 chunks. The answer is not whole. Raise StreamIdleTimeout if that is normal for this model.")]
    [TestCase("StreamIdleTimeout", 1, "Endpoint 'chat' sent nothing for 1.5 s in the middle of a stream, after 1 chunk. The answer is not whole. Raise StreamIdleTimeout if that is normal for this model.")]
    [TestCase("StreamIdleTimeout", 2, "Endpoint 'chat' sent nothing for 1.5 s in the middle of a stream, after 2 chunks. The answer is not whole. Raise StreamIdleTimeout if that is normal for this model.")]
    [TestCase("FirstByteTimeout", 0, "Endpoint 'chat' did not begin to stream within 1.5 s. Raise FirstByteTimeout if this model takes longer.")]
    [TestCase("Timeout", 0, "Endpoint 'chat' did not answer within 1.5 s. Raise Timeout if this model takes longer, or stream the answer.")]
    [TestCase("CatalogTimeout", 0, "Endpoint 'chat' did not answer within 1.5 s. Raise CatalogTimeout if this server takes longer.")]
    [TestCase("GetHealthAsync", 0, "Endpoint 'chat' did not answer within 1.5 s.")]
    [TestCase("HttpClient.Timeout", 0, "Endpoint 'chat' did not answer in the time that HttpClient.Timeout allows.")]
    public void Time_limit_tells_its_option_and_what_to_raise(string option, int chunks, string message)
    {
        var failure = ErrorFactory.Timeout(option, TimeSpan.FromSeconds(1.50004), Answered, chunks, Cause);

        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Is.EqualTo(message));
            Assert.That((failure.OptionName, failure.Limit, failure.ChunksReceived, failure.InnerException), Is.EqualTo((option, TimeSpan.FromSeconds(1.50004), chunks, Cause)));
            AssertKnows(failure);
        });
    }

    [TestCase(0, null, "The stream of endpoint 'chat' broke. 0 chunks came before that; the answer is not whole. Request id r-1.")]
    [TestCase(1, null, "The stream of endpoint 'chat' broke. 1 chunk came before that; the answer is not whole. Request id r-1.")]
    [TestCase(2, "too hot", "The stream of endpoint 'chat' broke: \"too hot\". 2 chunks came before that; the answer is not whole. Request id r-1.")]
    public void Stream_that_failed_tells_how_much_came(int chunks, string? said, string message)
    {
        var failure = ErrorFactory.Stream("broke", Answered, chunks, new("E_1", said), isTransient: chunks == 1, Cause);

        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Is.EqualTo(message));
            Assert.That((failure.ErrorCode, failure.ChunksReceived, failure.IsTransient, failure.InnerException), Is.EqualTo(("E_1", chunks, chunks == 1, Cause)));
            AssertKnows(failure);
        });
    }

    [Test]
    public void Body_that_cannot_be_decoded_is_blamed_on_what_is_in_between()
    {
        var failure = ErrorFactory.Corrupt(Cause, Answered);

        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Is.EqualTo("Endpoint 'chat' was answered by http://gateway.test with a body that does not match its Content-Encoding. Is a proxy in between?"));
            Assert.That((failure.InnerException, failure.IsTransient), Is.EqualTo((Cause, false)));
            AssertKnows(failure);
        });
    }

    [TestCase(null, "")]
    [TestCase(1.2, " It is asked again in 2 s.")]
    public void Endpoint_that_is_left_alone_is_asked_again_later(double? seconds, string wait)
    {
        var cause = seconds is { } left ? new BrokenCircuitException("open", TimeSpan.FromSeconds(left)) : new BrokenCircuitException("open");

        var failure = ErrorFactory.CircuitOpen(cause, Answered);

        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Is.EqualTo($"Endpoint 'chat' was not asked: it failed too often, and the circuit breaker leaves it alone.{wait}"));
            Assert.That((failure.RetryAfter?.TotalSeconds, failure.IsTransient, failure.Endpoint, failure.InnerException), Is.EqualTo((seconds, true, "chat", cause)));
        });
    }

    [TestCase(30.25004, "within 30.25 s")]
    [TestCase(null, "in the time that HttpClient.Timeout allows")]
    public void Token_that_does_not_come_tells_how_long_was_waited(double? seconds, string within)
    {
        var limit = seconds is { } time ? TimeSpan.FromSeconds(time) : default(TimeSpan?);

        var failure = ErrorFactory.TokenTimeout(CallContext.ForServer("The token endpoint", Target), limit, Cause);

        Assert.That((failure.Message, failure.IsTransient, failure.InnerException), Is.EqualTo(($"The token endpoint of http://gateway.test did not answer {within}.", true, Cause)));
    }

    [Test]
    public void Token_that_is_refused_tells_what_to_check()
    {
        using var response = new HttpResponseMessage(HttpStatusCode.BadRequest) { Headers = { { "x-request-id", "r-1" } } };

        var failure = ErrorFactory.TokenRefused(response, """{"error":"invalid_client","error_description":"who?"}"""u8, CallContext.ForServer("The token endpoint", Target));
        var silent = ErrorFactory.TokenRefused(response, [], CallContext.ForServer("The token endpoint", Target));

        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Is.EqualTo("The token endpoint returned 400 (bad request): \"invalid_client\". Check the client id, the client secret and whether http://gateway.test is the address of a Databricks workspace. Request id r-1."));
            Assert.That((failure.StatusCode, failure.RequestId, failure.ResponseBody), Is.EqualTo((HttpStatusCode.BadRequest, "r-1", """{"error":"invalid_client","error_description":"who?"}""")));
            Assert.That((silent.ErrorCode, silent.ResponseBody), Is.EqualTo((default(string), default(string))));
        });
    }

    private static DeployTarget Target => DeployTarget.Resolve("http://gateway.test", "target", _ => null);

    private static void AssertKnows(DeployException failure)
    {
        Assert.That((failure.Endpoint, failure.RequestId), Is.EqualTo(("chat", "r-1")));
        Assert.That(failure.RateLimit, Is.EqualTo(new RateLimitInfo { TokenLimit = 7 }));
    }

    private static CallContext MakeAnswered()
    {
        var call = CallContext.ForEndpoint("chat", Target);
        call.Answered(new() { Headers = { { "x-request-id", "r-1" }, { "x-ratelimit-limit-tokens", "7" } } }, TimeProvider.System);
        return call;
    }
}
