using System.Net.ServerSentEvents;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Mlflow.Deployments.Errors;
using Mlflow.Deployments.Telemetry;
using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments.Streaming;

/// <summary>
/// One open stream. It ends normally only when it is whole: after <c>[DONE]</c>, or at the orderly end of the body once every answer
/// has said why it stopped. Everything else throws.
/// </summary>
internal sealed class ChunkStream<TChunk> : IAsyncDisposable
    where TChunk : class
{
    // How long the end of the body may take to follow [DONE]; only then can the connection serve the next request.
    private static readonly TimeSpan EndOfBodyPatience = TimeSpan.FromMilliseconds(100);

    private readonly IStreamFormat<TChunk> _format;
    private readonly CallContext _call;
    private readonly DeployClientOptions _options;
    private readonly ILogger _logger;
    private readonly Caller _caller;
    private readonly CancellationToken _callersToken;
    private readonly TimeLimit _limit;
    private readonly long _began;
    private HttpResponseMessage? _response;
    private GuardedStream? _body;
    private IAsyncEnumerator<SseItem<StreamEvent<TChunk>>>? _events;
    private RequestPlace? _place;
    private bool? _isWholeAnswer;
    private int _chunks;
    private int _skipped;

    public ChunkStream(IStreamFormat<TChunk> format, CallContext call, DeployClientOptions options, Caller caller, ILogger logger, CancellationToken cancellationToken)
    {
        _format = format;
        _call = call;
        _options = options;
        _logger = logger;
        _caller = caller;
        _callersToken = cancellationToken;
        _began = options.TimeProvider.GetTimestamp();
        _limit = new(nameof(DeployClientOptions.FirstByteTimeout), options.FirstByteTimeout, options.TimeProvider, cancellationToken);
    }

    /// <summary>Sends a request that asks for the tokens used, and waits for a status of success. False when the server refused just that.</summary>
    public async Task<bool> TryOpenAsync(Func<CancellationToken, Task<HttpResponseMessage>> send)
    {
        try
        {
            await OpenAsync(send, asksForUsage: true).ConfigureAwait(false);
            return true;
        }
        catch (DeployRequestException e) when (RefusesUsage(e))
        {
            _response?.Dispose();
            return false;
        }
    }

    /// <summary>Sends the request and waits for a status of success.</summary>
    public Task OpenAsync(Func<CancellationToken, Task<HttpResponseMessage>> send) => OpenAsync(send, asksForUsage: false);

    private async Task OpenAsync(Func<CancellationToken, Task<HttpResponseMessage>> send, bool asksForUsage)
    {
        try
        {
            _place ??= await _caller.Gate.EnterAsync(_limit.Token).ConfigureAwait(false);
            _response = await _caller.SendAsync(_call, send, _limit).ConfigureAwait(false);
            _call.Answered(_response, _options.TimeProvider);
            await Answer.ThrowIfFailedAsync(_response, _call, _options.TimeProvider, _callersToken, _limit.Token).ConfigureAwait(false);
            await ThrowIfHtmlAsync(_response).ConfigureAwait(false);
            var raw = await _response.Content.ReadAsStreamAsync(_limit.Token).ConfigureAwait(false);
            _body = new GuardedStream(raw, _limit, _options.StreamIdleTimeout, _options.MaxEventBytes);
            _events = SseParser.Create(_body, Read).EnumerateAsync(_limit.Token).GetAsyncEnumerator(_limit.Token);
        }
        catch (Exception e)
        {
            var failure = Failures.Translate(e, _call, _limit, _callersToken);
            if (asksForUsage && RefusesUsage(failure))
            {
                _logger.UsageRefused(_call.What); // not the end: the request is sent once more without the question
            }
            else
            {
                _logger.CallEnded(_call, ElapsedMs(), failure);
            }

            if (ReferenceEquals(failure, e))
            {
                throw;
            }

            throw failure;
        }
    }

    /// <summary>Waits for the next chunk; null at the end of a whole stream.</summary>
    public async ValueTask<TChunk?> ReadAsync()
    {
        // Chunks that came together are handed out without waiting: a caller who has cancelled must not see them.
        _callersToken.ThrowIfCancellationRequested();
        try
        {
            _isWholeAnswer ??= await IsWholeAnswerAsync().ConfigureAwait(false);
            var chunk = _isWholeAnswer is false ? await ReadEventAsync().ConfigureAwait(false)
                : _chunks == 0 ? await ReadWholeAnswerAsync().ConfigureAwait(false)
                : null;
            if (chunk is null)
            {
                _logger.StreamDone(_call, _chunks, ElapsedMs());
            }

            return chunk;
        }
        catch (Exception e)
        {
            var failure = Failures.TranslateStream(e, _call, _limit, _chunks, _body?.HasEnded is true, _callersToken);
            _logger.StreamEnded(_call, _chunks, ElapsedMs(), failure);
            if (ReferenceEquals(failure, e))
            {
                throw;
            }

            throw failure;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_skipped > 0)
        {
            _logger.EventsSkipped(_call.What, _skipped);
        }

        // The response first: that closes the connection of a stream that is left early, and the server stops.
        _response?.Dispose();
        if (_events is not null)
        {
            await _events.DisposeAsync().ConfigureAwait(false);
        }

        if (_body is not null)
        {
            await _body.DisposeAsync().ConfigureAwait(false);
        }

        _limit.Dispose();
        _place?.Dispose();
    }

    private static bool RefusesUsage(Exception failure) => failure is DeployRequestException { ResponseBody: { } said }
        && (said.Contains("stream_options", StringComparison.Ordinal) || said.Contains("include_usage", StringComparison.Ordinal));

    private async ValueTask<TChunk?> ReadEventAsync()
    {
        while (await _events!.MoveNextAsync().ConfigureAwait(false))
        {
            var read = _events.Current.Data;
            switch (read.Kind)
            {
                case StreamEventKind.Chunk:
                    _chunks++;
                    _format.Track(read.Chunk!);
                    return read.Chunk;
                case StreamEventKind.Done:
                    await ReadToEndAsync().ConfigureAwait(false);
                    return null;
                case StreamEventKind.Error:
                    throw ErrorFactory.Stream("was ended by an error of the server", _call, _chunks, Redaction.Apply(read.Error, _response!.RequestMessage), Failures.IsTransient(read.Error));
                case StreamEventKind.Unknown:
                    _skipped++;
                    break;
            }
        }

        return _format.IsComplete ? null
            : throw ErrorFactory.Stream(_chunks == 0 ? "ended before it began" : "was cut off: it ended without a finish reason and without [DONE]", _call, _chunks);
    }

    private StreamEvent<TChunk> Read(string eventType, ReadOnlySpan<byte> data)
    {
        // All chunks but odd ones begin with a brace, and need no closer look.
        if (data is not [(byte)'{', ..] && IsEnd(data))
        {
            return new(StreamEventKind.Done);
        }

        if (eventType == "error")
        {
            return new(StreamEventKind.Error, Error: ServerError.Parse(data));
        }

        // An event without data keeps a connection open; it says nothing.
        if (data.IsEmpty)
        {
            return new(StreamEventKind.Unknown);
        }

        // Some servers name their events. A name that we do not know is no reason to lose a token, and no reason to make one up.
        var isNamed = eventType != SseParser.EventTypeDefault;
        TChunk chunk;
        try
        {
            chunk = _format.Parse(data);
            if (_format.ErrorIn(chunk, isNamed) is { } error)
            {
                return new(StreamEventKind.Error, Error: error);
            }
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("A text in the event is no UTF-8, or half of a surrogate pair.", e);
        }

        // A line without an end does not make an answer whole; behind a whole one it is kept, if it says itself that it is whole: only numbers do not.
        if (_body!.HasEndedInLine && (!_format.IsComplete || char.IsAsciiDigit((char)data[^1])))
        {
            throw new JsonException("The last line of the stream has no end.");
        }

        return !isNamed || _format.HasContent(chunk) ? new(StreamEventKind.Chunk, chunk) : new(StreamEventKind.Unknown);
    }

    // Half of the word will do at the end of the body when the answer is whole already.
    private bool IsEnd(ReadOnlySpan<byte> data) =>
        data.Trim(" \t"u8).SequenceEqual("[DONE]"u8) || (_body!.HasEndedInLine && _format.IsComplete && "[DONE]"u8.StartsWith(data));

    private async ValueTask<TChunk?> ReadWholeAnswerAsync()
    {
        using var bytes = await BodyReader.ReadAllAsync(_body!, _response!.Content.Headers.ContentLength, Defaults.MaxResponseBytes, _limit.Token).ConfigureAwait(false);
        var chunk = _format.FromWholeAnswer(bytes.Span);
        if (chunk is not null && _format.ErrorIn(chunk, isNamed: false) is { } error)
        {
            throw ErrorFactory.Stream("never began; in its place came an error", _call, 0, Redaction.Apply(error, _response.RequestMessage), Failures.IsTransient(error));
        }

        if (chunk is null || !_format.HasContent(chunk))
        {
            throw ErrorFactory.Stream("never began; in its place came JSON that is no answer", _call, 0, Redaction.Apply(ServerError.Parse(bytes.Span), _response.RequestMessage));
        }

        _chunks++;
        return chunk;
    }

    // The answer is whole, so nothing here may fail the call; a body that goes on just costs the connection.
    private async ValueTask ReadToEndAsync()
    {
        using var patience = new CancellationTokenSource(EndOfBodyPatience, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _callersToken);
        var scratch = new byte[16];
        try
        {
            while (await _body!.ReadAsync(scratch, either.Token).ConfigureAwait(false) > 0)
            {
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException or InvalidDataException or CorruptBodyException or OperationCanceledException)
        {
            _logger.EndOfBodyMissing(_call.What);
        }
    }

    private async ValueTask ThrowIfHtmlAsync(HttpResponseMessage response)
    {
        if (response.Content.Headers.ContentType?.MediaType?.Equals("text/html", StringComparison.OrdinalIgnoreCase) is true)
        {
            using var page = await Answer.ReadStartAsync(response, _callersToken, _limit.Token).ConfigureAwait(false);
            throw ErrorFactory.Stream("never began; in its place came a web page", _call, 0, Redaction.Apply(ServerError.Parse(page.Span), response.RequestMessage), isTransient: false);
        }
    }

    // The first byte tells more than the content type: an answer begins with a brace, an event never does.
    private async ValueTask<bool> IsWholeAnswerAsync()
    {
        var first = await _body!.PeekAsync(_limit.Token).ConfigureAwait(false);
        var isWhole = first is '{' or '[' || (IsJson(_response!) && first is not (':' or 'd' or 'e' or 'i' or 'r'));
        if (isWhole)
        {
            _body.TakeAsOneAnswer(Defaults.MaxResponseBytes);
        }

        return isWhole;
    }

    private double ElapsedMs() => _options.TimeProvider.GetElapsedTime(_began).TotalMilliseconds;

    private static bool IsJson(HttpResponseMessage response) =>
        response.Content.Headers.ContentType?.MediaType is { } type
        && (type.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase));
}
