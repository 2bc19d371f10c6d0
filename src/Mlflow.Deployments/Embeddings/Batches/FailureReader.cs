using System.Globalization;
using System.Text.RegularExpressions;
using Mlflow.Deployments.Errors;

namespace Mlflow.Deployments.Embeddings.Batches;

/// <summary>Reads out of a failure what it means. Servers agree on few codes here, so that their words count too.</summary>
internal static partial class FailureReader
{
    private const int SiteIsOverloaded = 529; // Anthropic's, and those who followed

    /// <summary>Judges a failure of a request with a number of texts.</summary>
    public static Verdict Judge(Exception failure, int textCount)
    {
        switch (failure)
        {
            case DeployConnectionException or DeployTimeoutException or HttpRequestException or IOException:
                return Verdict.Again;
            case not DeployException:
            case DeployAuthenticationException or DeployEndpointNotFoundException:
                return Verdict.Fatal;
        }

        var error = (DeployException)failure;
        var status = (int?)error.StatusCode ?? (error is DeployRateLimitException ? 429 : error is DeployRequestException ? 400 : error is DeployServerException ? 500 : 0);
        return status switch
        {
            // Some call a request larger than the whole quota "too many"; an exhausted account never recovers by waiting.
            429 when WholeRequest().IsMatch(Words(error)) => Verdict.TooLong,
            429 when error.ErrorCode == "insufficient_quota" => Verdict.Fatal,
            429 or 503 or SiteIsOverloaded => Verdict.Busy,
            413 or 400 or 422 or 431 => JudgeWords(Words(error), error.ErrorCode, status, textCount),
            // llama.cpp says so with 500.
            500 when OneText().IsMatch(Words(error)) => Verdict.Refused,
            408 or 500 or 502 or 504 => Verdict.Again,
            _ when !error.IsTransient => Verdict.Fatal,
            _ => error.RetryAfter is not null ? Verdict.Busy : Verdict.Again,
        };
    }

    /// <summary>Finds the number of texts that the server takes, in its words: the largest that is below what was sent.</summary>
    public static int? MaxTexts(DeployException failure, int textCount)
    {
        int? found = null;
        foreach (Match match in Number().Matches(Words(failure)))
        {
            if (int.TryParse(match.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 && number < textCount && !(number < found))
            {
                found = number;
            }
        }

        return found;
    }

    private static Verdict JudgeWords(string words, string? code, int status, int textCount) =>
        Encoding().IsMatch(words) ? Verdict.Encoding
        : textCount == 1 ? Verdict.Refused
        : code == "max_tokens_per_request" || WholeRequest().IsMatch(words) ? Verdict.TooLong
        : OneText().IsMatch(words) ? Verdict.Refused
        : TooManyTexts().IsMatch(words) ? Verdict.TooManyTexts
        : status == 413 ? Verdict.TooLong
        : Verdict.Refused;

    // The server's own words where there are any: ours around them hold numbers too.
    private static string Words(DeployException failure) =>
        failure.ResponseBody is { } body && ServerError.Parse(System.Text.Encoding.UTF8.GetBytes(body)).Message is { } said ? said : failure.Message;

    // vLLM, pydantic and OpenAI-likes name the field.
    [GeneratedRegex(@"encoding[ _]?format|base64", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Encoding();

    // OpenAI: "Requested 453357 tokens, max 300000 tokens per request"; Voyage: "max allowed tokens per submitted batch is 120000";
    // Mistral: "Too many tokens in batch"; OpenAI's quota: "Request too large for …"; proxies: "Request Entity Too Large", "Payload Too Large".
    [GeneratedRegex(@"tokens\b.{0,40}\b(per|in|of)\b.{0,20}\b(request|batch)|(request|payload|body|content)( entity| body)?( is)? too large|max_tokens_per_request|payload size exceeds", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WholeRequest();

    // OpenAI, vLLM: "maximum context length is 8192 tokens"; TEI: "must have less than 512 tokens"; llama.cpp: "input is too large to process",
    // "exceed n_ctx"; Cohere, Bedrock: "too long", "maximum length"; Ollama: "exceeds the context length".
    [GeneratedRegex(@"(context|sequence|input|prompt) (length|size|window)\b|\btokens\b|too large to process|n_ctx|(text|input|string|prompt)( is)? too long|characters\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OneText();

    // TEI: "batch size 64 > maximum allowed batch size 32"; OpenAI: "array too long. Expected an array with maximum length 2048"; Azure: "Too many
    // inputs. The max number of inputs is 16"; Cohere: "total number of texts must be at most 96"; Gemini: "at most 100 requests can be in one
    // batch"; DashScope: "batch size is invalid, it should not be larger than 10"; Vertex: "250 instance(s) is allowed per prediction", "too many
    // instances"; Databricks: "Input embeddings size is too large, exceeding 150 limit".
    [GeneratedRegex(@"batch[ _]?size|(array|list|batch)( is)? too (long|large|big)|too many|number of (texts|inputs|items|instances|documents|sentences|strings|elements)|at most \d+|no more than \d+|instances?(\(s\))? (is|are) allowed|embeddings size is too large|exceed\w* .{0,20}\d+ limit|maxItems|max_items|(inputs|texts|items|instances) (is|are) allowed|batch(es)? of (up to|at most)|batch limit|limit(ed)? (is|to|of) \d+", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TooManyTexts();

    // Not a part of a name such as bge-large-en-v1.5 or text-embedding-3-small.
    [GeneratedRegex(@"(?<![\w.-])\d{1,7}(?![\w-]|\.\d)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();
}
