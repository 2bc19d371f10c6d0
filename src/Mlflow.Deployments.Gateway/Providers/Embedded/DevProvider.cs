using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Json;
using Mlflow.Deployments.Gateway.Providers.Embedded.Dev;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Gateway.Providers.Embedded;

/// <summary>Chats and completions of the model <c>dev</c>: no key, no network, the same answer each time.</summary>
internal sealed class DevProvider(DevResponderSettings settings, TimeProvider timeProvider) : IProvider
{
    public const string Name = "embedded";

    // How an answer came about is told beside the documented fields.
    private static readonly ShapeField Trace = ShapeField.AnyIfPresent("dev");
    private static readonly Shape Chat = WireShapes.Chat.With(Trace);
    private static readonly Shape ChatChunk = WireShapes.ChatChunk.With(Trace);
    private static readonly Shape Completions = WireShapes.Completions.With(Trace);
    private static readonly Shape CompletionsChunk = WireShapes.CompletionsChunk.With(Trace);

    private static readonly byte[] ProviderField = ",\"provider\":\"embedded\""u8.ToArray();

    private readonly DevResponder _responder = new(settings);
    private readonly DevFaults _faults = new(settings);
    private readonly DevPacing _pacing = new(settings, timeProvider);

    public ProviderInfo Info { get; } = new(Name, "Embedded", ProviderCapabilities.All & ~ProviderCapabilities.Embeddings);

    public async ValueTask<ProviderAnswer> InvokeAsync(ProviderCall call, CancellationToken cancellationToken)
    {
        if (_faults.Next() is { } error)
        {
            throw ProviderException.FromStatus(error.Status, JsonText.Encode(error.Message));
        }

        try
        {
            return call.Operation == Operation.Chat
                ? await ChatAsync(call, cancellationToken)
                : await CompleteAsync(call, cancellationToken);
        }
        catch (DevRequestException e)
        {
            throw ProviderException.Refuse(StatusCodes.Status400BadRequest, e.Message);
        }
    }

    private async ValueTask<ProviderAnswer> ChatAsync(ProviderCall call, CancellationToken cancellationToken)
    {
        ChatRequest request = call.ReadChat();
        DevAnswer answer = await EncodingWorkers.Shared.RunAsync(() => _responder.Answer(request), cancellationToken);
        DateTimeOffset now = timeProvider.GetUtcNow();
        if (!call.IsStream)
        {
            return await WholeAsync(answer, answer.ToChatResponse(now), DeployJson.Default.ChatResponse, Chat, ProviderField, cancellationToken);
        }

        var chunks = answer.ToChatChunks(now, request.StreamOptions?.IncludeUsage ?? true);
        return new ProviderAnswer(StreamAsync(chunks, DeployJson.Default.ChatChunk, ChatChunk, ProviderField, cancellationToken));
    }

    private async ValueTask<ProviderAnswer> CompleteAsync(ProviderCall call, CancellationToken cancellationToken)
    {
        CompletionRequest request = call.ReadCompletion();
        DevAnswer answer = await EncodingWorkers.Shared.RunAsync(() => _responder.Answer(request), cancellationToken);
        DateTimeOffset now = timeProvider.GetUtcNow();
        if (!call.IsStream)
        {
            return await WholeAsync(answer, answer.ToCompletionResponse(now), DeployJson.Default.CompletionResponse, Completions, tail: [], cancellationToken);
        }

        var chunks = answer.ToCompletionChunks(now, request.StreamOptions?.IncludeUsage ?? true);
        return new ProviderAnswer(StreamAsync(chunks, DeployJson.Default.CompletionChunk, CompletionsChunk, tail: [], cancellationToken));
    }

    private async ValueTask<ProviderAnswer> WholeAsync<T>(
        DevAnswer answer, T response, JsonTypeInfo<T> type, Shape shape, byte[] tail, CancellationToken cancellationToken)
    {
        await _pacing.WholeAsync(answer.Choices.Max(x => x.Pieces.Count), cancellationToken);
        var output = new PooledBuffer();
        Write(response, type, shape, tail, output, choices: null);
        return new ProviderAnswer(output);
    }

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> StreamAsync<T>(
        IEnumerable<T> chunks, JsonTypeInfo<T> type, Shape shape, byte[] tail, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var output = new PooledBuffer();
        var choices = new StreamChoices();
        await foreach (T chunk in _pacing.StreamAsync(chunks, cancellationToken))
        {
            output.Truncate(0);
            Write(chunk, type, shape, tail, output, choices);
            yield return output.WrittenMemory;
        }
    }

    /// <summary>The client's wire types leave nulls out; a gateway's answers have them.</summary>
    private static void Write<T>(T value, JsonTypeInfo<T> type, Shape shape, byte[] tail, PooledBuffer output, StreamChoices? choices)
    {
        using var buffer = new PooledBuffer();
        using (Utf8JsonWriter writer = JsonText.CreateWriter(buffer))
        {
            JsonSerializer.Serialize(writer, value, type);
        }

        JsonReshaper.Write(buffer.WrittenSpan, shape, tail, output, choices);
    }
}
