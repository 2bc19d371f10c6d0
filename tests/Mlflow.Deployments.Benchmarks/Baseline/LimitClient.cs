using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Mlflow.Deployments.Benchmarks.Baseline;

/// <summary>
/// The practical limit: what a careful programmer writes by hand with <see cref="HttpClient"/>, System.Text.Json's generated code and
/// <see cref="SseParser"/>. No retries, no time limits, no errors.
/// </summary>
internal sealed class LimitClient(FakeHandler handler) : IDisposable
{
    private static readonly MediaTypeHeaderValue JsonType = new("application/json");

    private readonly HttpClient _http = new(handler) { BaseAddress = new("http://gateway.test/") };

    public async Task<LimitChat> ChatAsync(LimitChatRequest request) => await AskAsync(request, LimitJson.Default.LimitChatRequest, LimitJson.Default.LimitChat);

    public async IAsyncEnumerable<LimitChat> StreamAsync(LimitChatRequest request)
    {
        using var response = await SendAsync(request, LimitJson.Default.LimitChatRequest);
        await using var body = await response.Content.ReadAsStreamAsync();
        await foreach (var chunk in ParseAsync(body))
        {
            yield return chunk;
        }
    }

    public Task<LimitEmbeddings<float[]>> EmbedFloatsAsync(LimitEmbeddingRequest request) => AskAsync(request, LimitJson.Default.LimitEmbeddingRequest, LimitJson.Default.Floats);

    public Task<LimitEmbeddings<byte[]>> EmbedBase64Async(LimitEmbeddingRequest request) => AskAsync(request, LimitJson.Default.LimitEmbeddingRequest, LimitJson.Default.Base64);

    /// <summary>Reads the chunks of an event stream, without any HTTP.</summary>
    public static async IAsyncEnumerable<LimitChat> ParseAsync(Stream body, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var item in SseParser.Create(body, Parse).EnumerateAsync(cancellationToken))
        {
            if (item.Data is null)
            {
                yield break;
            }

            yield return item.Data;
        }
    }

    public void Dispose() => _http.Dispose();

    private static LimitChat? Parse(string eventType, ReadOnlySpan<byte> data) => data.SequenceEqual("[DONE]"u8) ? null : JsonSerializer.Deserialize(data, LimitJson.Default.LimitChat);

    private async Task<TResponse> AskAsync<TRequest, TResponse>(TRequest request, JsonTypeInfo<TRequest> requestType, JsonTypeInfo<TResponse> responseType)
    {
        using var response = await SendAsync(request, requestType);
        await using var body = await response.Content.ReadAsStreamAsync();
        return (await JsonSerializer.DeserializeAsync(body, responseType))!;
    }

    private async Task<HttpResponseMessage> SendAsync<TRequest>(TRequest request, JsonTypeInfo<TRequest> type)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "gateway/chat/invocations")
        {
            Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(request, type)) { Headers = { ContentType = JsonType } },
        };
        var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        return response.EnsureSuccessStatusCode();
    }
}
