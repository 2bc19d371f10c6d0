using Mlflow.Deployments.Gateway.Json;
using Mlflow.Deployments.Gateway.Providers.Bedrock.Aws;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.Bedrock;

/// <summary>What all of Bedrock's operations have in common, around the translation of one: signatures, and the service's words for errors.</summary>
internal sealed class BedrockTranslator(BedrockService service, UpstreamTranslator operation) : UpstreamTranslator
{
    /// <summary>Where a request keeps what it was signed with.</summary>
    public static readonly HttpRequestOptionsKey<AwsCredentials> SignedWith = new("mlflow.gateway.aws-credentials");

    public override ProviderInfo Info => operation.Info;

    public override StreamFraming Framing => StreamFraming.AmazonEventStream;

    public override HttpRequestMessage CreateRequest(ProviderCall call) => operation.CreateRequest(call);

    public override async ValueTask<HttpRequestMessage> CreateRequestAsync(ProviderCall call, CancellationToken cancellationToken)
    {
        HttpRequestMessage request = CreateRequest(call);
        try
        {
            await service.AuthorizeAsync(request, cancellationToken);
            (HttpRequestMessage ready, request) = (request, null!);
            return ready;
        }
        finally
        {
            request?.Dispose();
        }
    }

    public override void WriteAnswer(ProviderCall call, ReadOnlySpan<byte> answer, PooledBuffer output) => operation.WriteAnswer(call, answer, output);

    public override StreamTranslator OpenStream(ProviderCall call) => operation.OpenStream(call);

    public override ProviderException TranslateError(ProviderCall call, HttpResponseMessage response, ReadOnlyMemory<byte> body, bool isJson)
    {
        ProviderException failure = base.TranslateError(call, response, body, isJson);
        if (response.RequestMessage?.Options.TryGetValue(SignedWith, out AwsCredentials? credentials) is not true)
        {
            return failure;
        }

        if (IsExpired(response))
        {
            service.Drop(credentials);
        }

        return isJson && AmazonErrors.MessageOf(body.Span) is { } message
            ? ProviderException.FromStatus(failure.Status, JsonText.Encode(message), failure.RetryAfter)
            : failure;
    }

    public override ProviderException TranslateTimeout(ProviderCall call, TimeSpan limit, Exception inner) =>
        ProviderException.FromStatus(
            StatusCodes.Status408RequestTimeout, JsonText.Encode(UpstreamFailures.Timeout(call, limit, inner).Message), eventType: "timeout");

    private static bool IsExpired(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("x-amzn-ErrorType", out var type)
        && type.ToString().StartsWith("ExpiredToken", StringComparison.OrdinalIgnoreCase);
}
