using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mlflow.Deployments.Cli.Tests.Support;

/// <summary>A fast server of embeddings over a real socket: the vector of a text depends on the text alone. It counts how often each text is asked.</summary>
internal sealed class FakeEmbeddings : IAsyncDisposable
{
    private const int UsualDimensions = 8;

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<ulong, int> _asked = new();
    private int _requests;

    private FakeEmbeddings(WebApplication app) => _app = app;

    public string Address { get; private set; } = string.Empty;

    /// <summary>Gets or sets what happens before an answer is given; it may answer itself, and tells so with true.</summary>
    public Func<HttpContext, IReadOnlyList<string>, Task<bool>>? Before { get; set; }

    /// <summary>Gets the length of the vectors.</summary>
    public int Dimensions { get; init; } = UsualDimensions;

    /// <summary>Gets the number of requests that were begun.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Gets how often texts were asked beyond the first time.</summary>
    public long Repetitions => _asked.Values.Sum(count => (long)count - 1);

    /// <summary>Gets the number of texts that were asked, each as often as it was.</summary>
    public long Texts => Different + Repetitions;

    /// <summary>Gets the number of different texts that were asked.</summary>
    public int Different => _asked.Count;

    public static async Task<FakeEmbeddings> StartAsync(int dimensions = UsualDimensions)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var app = builder.Build();
        var fake = new FakeEmbeddings(app) { Dimensions = dimensions };
        app.Run(fake.AnswerAsync);
        await app.StartAsync();
        fake.Address = app.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return fake;
    }

    /// <summary>Gets the vector of a text.</summary>
    public static float[] VectorOf(string text, int dimensions = UsualDimensions)
    {
        var vector = new float[dimensions];
        var hash = Hash(text);
        for (var i = 0; i < vector.Length; i++)
        {
            hash = (hash * 6364136223846793005) + 1442695040888963407;
            vector[i] = (float)((hash >> 40) / (double)(1 << 24)) - 0.5f;
        }

        return vector;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        if (!context.Request.Path.Value!.EndsWith("/invocations", StringComparison.Ordinal))
        {
            context.Response.StatusCode = context.Request.Path == "/health" ? 200 : 404;
            await context.Response.WriteAsync("""{"status": "OK"}""");
            return;
        }

        Interlocked.Increment(ref _requests);
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var texts = TextsOf(body.GetBuffer().AsSpan(0, (int)body.Length));
        foreach (var text in texts)
        {
            _asked.AddOrUpdate(Hash(text), 1, (_, count) => count + 1);
        }

        if (Before is not null && await Before(context, texts))
        {
            return;
        }

        context.Response.ContentType = "application/json";
        await context.Response.BodyWriter.WriteAsync(Answer(texts, Dimensions), context.RequestAborted);
    }

    private static List<string> TextsOf(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var texts = new List<string>();
        while (reader.Read() && !(reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("input")))
        {
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                texts.Add(reader.GetString()!);
            }
        }

        return texts;
    }

    private static ReadOnlyMemory<byte> Answer(List<string> texts, int dimensions)
    {
        var buffer = new ArrayBufferWriter<byte>(texts.Count * (48 + (dimensions * 6)));
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteStartArray("data");
        for (var i = 0; i < texts.Count; i++)
        {
            writer.WriteStartObject();
            writer.WriteNumber("index", i);
            writer.WriteBase64String("embedding", MemoryMarshal.AsBytes(VectorOf(texts[i], dimensions).AsSpan()));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartObject("usage");
        writer.WriteNumber("prompt_tokens", texts.Count);
        writer.WriteNumber("total_tokens", texts.Count);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    private static ulong Hash(string text)
    {
        // FNV-1a: no package for one hash.
        var hash = 14695981039346656037UL;
        foreach (var one in Encoding.UTF8.GetBytes(text))
        {
            hash = (hash ^ one) * 1099511628211;
        }

        return hash;
    }
}
