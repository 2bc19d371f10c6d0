using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments.Telemetry;

/// <summary>
/// One observed operation: its span, and what is measured of it. Both are finished when it is disposed, whatever happened before; an
/// operation that neither succeeded nor failed was left by its caller, which is no error.
/// </summary>
/// <remarks>Start it inside an async method: then the span is the current one for what the method calls, and not for the method's caller.</remarks>
internal sealed class Operation : IDisposable
{
    private readonly ClientTelemetry _client;
    private readonly string _subject;
    private readonly Activity? _activity;
    private readonly AnswerFacts _facts = new();
    private readonly AnswerContent? _content;
    private readonly OperationShape _shape;
    private readonly long _began;
    private TagList _tags;
    private Exception? _failure;
    private string? _errorType;
    private bool _isComplete;
    private int _pieces;
    private long _lastPiece;

    public Operation(ClientTelemetry client, string operation, string? endpoint, OperationShape shape)
    {
        _client = client;
        _shape = shape;
        _subject = endpoint is null ? operation : $"{operation} {endpoint}";
        _tags = client.Tags(operation, endpoint);
        _activity = Instruments.Source.StartActivity(_subject, ActivityKind.Client, parentContext: default, _tags);
        _content = client.ShowsContent ? new() : null;
        _began = client.Clock.GetTimestamp();
    }

    private Activity? Span => _activity is { IsAllDataRequested: true } ? _activity : null;

    /// <summary>Makes the span the current one, for what an async method goes on to call; it never is for that method's caller.</summary>
    public void Enter()
    {
        if (_activity is not null)
        {
            Activity.Current = _activity;
        }
    }

    /// <summary>Takes note of the request, as it is sent.</summary>
    public void Asks(JsonBody body)
    {
        Span?.SetTag(Names.RequestStream, _shape == OperationShape.Stream ? true : null);
        if (Span is null && _content is null)
        {
            return;
        }

        using var request = JsonDocument.Parse(body.Utf8);
        if (Span is { } span)
        {
            RequestTags.Set(span, request.RootElement);
        }

        if (_content is not null)
        {
            Span?.SetTag(Names.InputMessages, MessageWriter.Input(request.RootElement));
            _client.Logger.RequestSensitive(_subject, request.RootElement);
        }
    }

    /// <summary>Takes note of the whole answer.</summary>
    public void Answered(object? answer)
    {
        _facts.Take(answer);
        _content?.TakeWhole(answer);
        _isComplete = true;
    }

    /// <summary>Takes note of a chunk of a stream, or of an item of a list.</summary>
    public void Received(object piece)
    {
        _facts.Take(piece);
        _content?.TakeChunk(piece);
        var (now, previous) = (_client.Clock.GetTimestamp(), _lastPiece);
        _lastPiece = now;
        _pieces++;
        if (_shape != OperationShape.Stream)
        {
            return;
        }

        if (_pieces == 1)
        {
            var seconds = _client.Clock.GetElapsedTime(_began, now).TotalSeconds;
            Span?.SetTag(Names.ResponseTimeToFirstChunk, seconds);
            Instruments.TimeToFirstChunk.Record(seconds, MetricTags());
        }
        else if (Instruments.TimePerOutputChunk.Enabled)
        {
            Instruments.TimePerOutputChunk.Record(_client.Clock.GetElapsedTime(previous, now).TotalSeconds, MetricTags());
        }
    }

    /// <summary>Takes note that a text of a batch was handed out.</summary>
    public void Embedded() => _pieces++;

    /// <summary>Takes note that a stream, a list or a batch was whole.</summary>
    public void Completed() => _isComplete = true;

    /// <summary>Takes note of why the operation failed, or that its caller cancelled it.</summary>
    public void Failed(Exception failure)
    {
        _failure = failure;
        _errorType = failure switch
        {
            OperationCanceledException => "cancelled",
            DeployTimeoutException => "timeout",
            DeployException { StatusCode: { } status } when (int)status >= 400 => ((int)status).ToString(CultureInfo.InvariantCulture),
            _ => failure.GetType().FullName,
        };
        Span?.SetTag(Names.MlflowRequestId, (failure as DeployException)?.RequestId);
    }

    /// <summary>Takes note of what a server says about itself.</summary>
    public void Found(GatewayHealth health)
    {
        Span?.SetTag(Names.MlflowHealth, health.Status);
        _errorType = health.IsHealthy ? null : health.StatusCode is { } status ? ((int)status).ToString(CultureInfo.InvariantCulture) : "unreachable";
        _isComplete = true;
    }

    /// <summary>Puts something of one kind of operation alone on the span.</summary>
    public void Set(string name, object? value) => Span?.SetTag(name, value);

    public void Dispose()
    {
        var seconds = _client.Clock.GetElapsedTime(_began).TotalSeconds;
        RecordUsage();
        if (Span is { } span)
        {
            _facts.Set(span);
            span.SetTag(Names.OutputMessages, _content?.ToMessages());
            SetOutcome(span);
        }

        if (_content is not null)
        {
            _client.Logger.AnswerSensitive(_subject, _content);
        }

        var tags = MetricTags();
        if (_errorType is not null)
        {
            tags.Add(Names.ErrorType, _errorType);
            Span?.SetTag(Names.ErrorType, _errorType);

            // What a server says may repeat parts of the prompt.
            _activity?.SetStatus(ActivityStatusCode.Error, _client.ShowsContent ? _failure?.Message : null);
        }

        Instruments.Duration.Record(seconds, tags);
        _activity?.Dispose();
    }

    private void RecordUsage()
    {
        if (!Instruments.TokenUsage.Enabled)
        {
            return;
        }

        foreach (var (type, count) in (ReadOnlySpan<(string, int?)>)[("input", _facts.InputTokens), ("output", _facts.OutputTokens)])
        {
            if (count is { } tokens)
            {
                var tags = MetricTags();
                tags.Add(Names.TokenType, type);
                Instruments.TokenUsage.Record(tokens, tags);
            }
        }
    }

    private void SetOutcome(Activity span)
    {
        if (_shape != OperationShape.Call)
        {
            span.SetTag(Names.MlflowOutcome, _errorType switch { null => _isComplete ? "complete" : "left", "cancelled" => "cancelled", _ => "failed" });
            var count = _shape switch { OperationShape.Stream => Names.MlflowChunks, OperationShape.List => Names.MlflowEndpoints, _ => Names.MlflowBatchTexts };
            span.SetTag(count, _pieces);
        }
    }

    private TagList MetricTags()
    {
        var tags = _tags;
        if (_facts.Model is { } model)
        {
            tags.Add(Names.ResponseModel, model);
        }

        return tags;
    }
}
