using System.Net;
using Mlflow.Deployments.Embeddings.Batches;

namespace Mlflow.Deployments.Tests.Embeddings;

public class FailureReaderTests
{
    // The words of servers, as they were met.
    [TestCase(413, "batch size 512 > maximum allowed batch size 32", 32)]
    [TestCase(413, "input batch size 512 > maximum allowed batch size 64", 64)]
    [TestCase(422, "{\"error\":\"batch size 512 > maximum allowed batch size 32\",\"error_type\":\"Validation\"}", 32)]
    [TestCase(400, "invalid request: total number of texts must be at most 96 - received 512", 96)]
    [TestCase(400, "Too many inputs. The max number of inputs is 16.  We hope to increase the number of inputs per request soon.", 16)]
    [TestCase(400, "Invalid 'input': array too long. Expected an array with maximum length 500, but got an array with length 512 instead.", 500)]
    [TestCase(400, "* BatchEmbedContentsRequest.requests: at most 100 requests can be in one batch", 100)]
    [TestCase(400, "<400> InternalError.Algo.InvalidParameter: Value error, batch size is invalid, it should not be larger than 10.: input.contents", 10)]
    [TestCase(400, "{\"error\":{\"code\":400,\"message\":\"250 instance(s) is allowed per prediction. Actual: 512\"}}", 250)]
    [TestCase(400, "{\"error_code\":\"BAD_REQUEST\",\"message\":\"Input embeddings size is too large, exceeding 150 limit for databricks-bge-large-en-v1.5\"}", 150)]
    [TestCase(400, "Too many inputs in request, split into more batches.", null)]
    [TestCase(400, "Unable to submit request because it included too many instances", null)]
    public void Judge_of_a_refused_number_of_texts_finds_the_limit(int status, string words, int? limit)
    {
        var failure = Failure(status, words);

        Assert.That(FailureReader.Judge(failure, 512), Is.EqualTo(Verdict.TooManyTexts));
        Assert.That(FailureReader.MaxTexts(failure, 512), Is.EqualTo(limit));
    }

    [TestCase(400, "Requested 453357 tokens, max 300000 tokens per request")]
    [TestCase(400, "Request to model 'voyage-large-2-instruct' failed. The max allowed tokens per submitted batch is 120000. Your batch has 121138 tokens after truncation.")]
    [TestCase(400, "Too many tokens in batch. Max is 16384 got 20000")]
    [TestCase(413, "<html><head><title>413 Request Entity Too Large</title></head></html>")]
    [TestCase(413, "")]
    [TestCase(429, "Request too large for text-embedding-3-small: Limit 40000, Requested 60000")]
    public void Judge_of_a_refused_length_of_the_whole(int status, string words) =>
        Assert.That(FailureReader.Judge(Failure(status, words), 512), Is.EqualTo(Verdict.TooLong));

    [TestCase(400, "This model's maximum context length is 8192 tokens, however you requested 155434 tokens (155434 in your prompt; 0 for the completion). Please reduce your prompt; or completion length.")]
    [TestCase(400, "This model's maximum context length is 512 tokens. However, you requested 900 tokens in the input for embedding generation. Please reduce the length of the input.")]
    [TestCase(413, "Input validation error: `inputs` must have less than 512 tokens. Given: 516")]
    [TestCase(500, "input is too large to process. increase the physical batch size (current batch size: 512)")]
    [TestCase(400, "Illegal param: prefill 744 tokens exceed n_ctx_per_seq, try increasing total context size")]
    [TestCase(400, "the input length exceeds the context length")]
    [TestCase(400, "'$.input' is invalid. Please check the API reference")]
    [TestCase(422, "input.3: String should have at least 1 character")]
    public void Judge_of_a_refused_text(int status, string words) =>
        Assert.That(FailureReader.Judge(Failure(status, words), 512), Is.EqualTo(Verdict.Refused));

    [TestCase(400, "batch size 1 > maximum allowed batch size 0")]
    [TestCase(413, "Request Entity Too Large")]
    public void Judge_of_a_single_text_blames_it(int status, string words) =>
        Assert.That(FailureReader.Judge(Failure(status, words), 1), Is.EqualTo(Verdict.Refused));

    [TestCase(400, "encoding_format: value is not supported")]
    [TestCase(422, "body.encoding_format: Input should be 'float'")]
    [TestCase(400, "base64 is not supported")]
    public void Judge_of_a_refused_encoding(int status, string words) =>
        Assert.That(FailureReader.Judge(Failure(status, words), 512), Is.EqualTo(Verdict.Encoding));

    [TestCase(429, Verdict.Busy)]
    [TestCase(503, Verdict.Busy)]
    [TestCase(529, Verdict.Busy)]
    [TestCase(500, Verdict.Again)]
    [TestCase(502, Verdict.Again)]
    [TestCase(504, Verdict.Again)]
    [TestCase(408, Verdict.Again)]
    [TestCase(402, Verdict.Fatal)]
    [TestCase(405, Verdict.Fatal)]
    [TestCase(501, Verdict.Fatal)]
    public void Judge_of_a_status(int status, object verdict) =>
        Assert.That(FailureReader.Judge(Failure(status, "no words"), 512), Is.EqualTo(verdict));

    private static DeployException Failure(int status, string words) => new("Endpoint 'e' returned 400: see the body.") { StatusCode = (HttpStatusCode)status, ResponseBody = words };

    private static readonly TestCaseData[] WithoutStatus =
    [
        new TestCaseData(new DeployRateLimitException("slow down")).Returns("Busy").SetArgDisplayNames("rate limit"),
        new TestCaseData(new DeployServerException("oh")).Returns("Again").SetArgDisplayNames("server"),
        new TestCaseData(new DeployRequestException("Too many inputs")).Returns("TooManyTexts").SetArgDisplayNames("request"),
        new TestCaseData(new DeployException("odd")).Returns("Fatal").SetArgDisplayNames("other"),
        new TestCaseData(new DeployException("odd") { IsTransient = true }).Returns("Again").SetArgDisplayNames("other that may pass"),
        new TestCaseData(new DeployException("odd") { IsTransient = true, RetryAfter = TimeSpan.FromSeconds(1) }).Returns("Busy").SetArgDisplayNames("other that tells when"),
        new TestCaseData(new IOException()).Returns("Again").SetArgDisplayNames("IO"),
        new TestCaseData(new HttpRequestException()).Returns("Again").SetArgDisplayNames("HTTP"),
        new TestCaseData(new DeployTimeoutException("late")).Returns("Again").SetArgDisplayNames("time"),
        new TestCaseData(new DeployConnectionException("cut")).Returns("Again").SetArgDisplayNames("connection"),
        new TestCaseData(new DeployAuthenticationException("who")).Returns("Fatal").SetArgDisplayNames("authentication"),
        new TestCaseData(new DeployEndpointNotFoundException("where")).Returns("Fatal").SetArgDisplayNames("not found"),
        new TestCaseData(new FormatException()).Returns("Fatal").SetArgDisplayNames("ours"),
    ];

    [TestCaseSource(nameof(WithoutStatus))]
    public string Judge_of_a_failure_without_a_status_goes_by_its_kind(Exception failure) => FailureReader.Judge(failure, 512).ToString();
}
