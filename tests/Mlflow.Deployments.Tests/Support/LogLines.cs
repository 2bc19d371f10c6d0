using Microsoft.Extensions.Logging;

namespace Mlflow.Deployments.Tests.Support;

/// <summary>Keeps every line that is logged, with its level and the name of its event.</summary>
internal sealed class LogLines : ILoggerFactory, ILogger
{
    private readonly List<(LogLevel Level, string? Event, string Text)> _lines = [];

    public IReadOnlyList<(LogLevel Level, string? Event, string Text)> Lines
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lines)
        {
            _lines.Add((logLevel, eventId.Name, formatter(state, exception)));
        }
    }

    public void Dispose()
    {
    }
}
