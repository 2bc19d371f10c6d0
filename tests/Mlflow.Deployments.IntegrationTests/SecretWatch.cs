using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net.Http.Headers;
using System.Runtime.ExceptionServices;
using System.Text;
using Mlflow.Deployments.IntegrationTests.Fakes;

namespace Mlflow.Deployments.IntegrationTests;

/// <summary>
/// Looks on while the whole suite runs: keeps every span, measurement, log message and exception of the client, and every secret that a request
/// carried. <see cref="SecretTests"/> compares them in the end.
/// </summary>
[SetUpFixture]
public class SecretWatch : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    private static readonly string[] SecretHeaders = ["Authorization", "api-key", "Proxy-Authorization"];

    private readonly ActivityListener _spans = new()
    {
        ShouldListenTo = source => source.Name == DeployTelemetry.ActivitySourceName,
        Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        ActivityStopped = span => Shown["span"].Enqueue($"{span.DisplayName} {span.StatusDescription} {string.Join(' ', span.TagObjects.Select(Text))} {string.Join(' ', span.Events.Select(e => e.Name))}"),
    };

    private readonly MeterListener _metrics = new();
    private IDisposable? _requests;

    /// <summary>Gets what anybody can see, by kind.</summary>
    public static IReadOnlyDictionary<string, ConcurrentQueue<string>> Shown { get; } =
        new[] { "span", "metric", "log", "exception", "text" }.ToDictionary(kind => kind, _ => new ConcurrentQueue<string>());

    /// <summary>Gets what nobody may see: credentials that went over the wire.</summary>
    public static ConcurrentDictionary<string, byte> Secrets { get; } = new();

    /// <summary>Gets the log of every client whose test has none of its own.</summary>
    internal static CollectedLog Log { get; } = new();

    /// <summary>Keeps what an object says about itself.</summary>
    public static void Look(object value) => Shown["text"].Enqueue(value.ToString()!);

    [OneTimeSetUp]
    public void Begin()
    {
        ActivitySource.AddActivityListener(_spans);
        _metrics.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == DeployTelemetry.MeterName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _metrics.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Shown["metric"].Enqueue($"{instrument.Name} {value} {string.Join(' ', tags.ToArray().Select(Text))}"));
        _metrics.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Shown["metric"].Enqueue($"{instrument.Name} {value} {string.Join(' ', tags.ToArray().Select(Text))}"));
        _metrics.Start();
        _requests = DiagnosticListener.AllListeners.Subscribe(this);
        AppDomain.CurrentDomain.FirstChanceException += OnException;
    }

    [OneTimeTearDown]
    public void End()
    {
        AppDomain.CurrentDomain.FirstChanceException -= OnException;
        _requests?.Dispose();
        _metrics.Dispose();
        _spans.Dispose();
    }

    void IObserver<DiagnosticListener>.OnNext(DiagnosticListener value)
    {
        if (value.Name == "HttpHandlerDiagnosticListener")
        {
            value.Subscribe(this);
        }
    }

    void IObserver<KeyValuePair<string, object?>>.OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Key == "System.Net.Http.HttpRequestOut.Start" && value.Value?.GetType().GetProperty("Request")?.GetValue(value.Value) is HttpRequestMessage request)
        {
            foreach (var header in SecretHeaders.Where(request.Headers.Contains).SelectMany(name => request.Headers.NonValidated[name]))
            {
                Keep(header);
            }
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    private static void Keep(string header)
    {
        var parameter = AuthenticationHeaderValue.TryParse(header, out var value) ? value.Parameter ?? value.Scheme : header;
        var secrets = value is { Scheme: "Basic" } ? Encoding.UTF8.GetString(Convert.FromBase64String(parameter)).Split(':', 2)[1..].Append(parameter) : [parameter];
        foreach (var secret in secrets.Where(secret => secret.Length >= 5))
        {
            Secrets.TryAdd(secret, 0); // shorter ones would be found by chance
        }
    }

    private static void OnException(object? sender, FirstChanceExceptionEventArgs e)
    {
        if (e.Exception.GetType().Namespace?.StartsWith("Mlflow.Deployments", StringComparison.Ordinal) is true || e.Exception is Microsoft.Extensions.Options.OptionsValidationException)
        {
            Shown["exception"].Enqueue($"{e.Exception.GetType()} {e.Exception.Message} {e.Exception}");
        }
    }

    private static string Text(KeyValuePair<string, object?> tag) => $"{tag.Key}={(tag.Value is string[] list ? string.Join(',', list) : tag.Value)}";
}
