using System.Globalization;
using System.Text;
using Mlflow.Deployments.Testing.Scripts;
using Mlflow.Deployments.Testing.Wire;

namespace Mlflow.Deployments.Testing.Recording;

/// <summary>Answers from recordings. Of several for the same request each has its turn, and the last repeats.</summary>
internal sealed class Replayer
{
    private const int LongestList = 3;

    private readonly Lock _lock = new();
    private readonly List<Recorded> _recordings = [];
    private readonly Dictionary<string, Recorded> _byKey = new(StringComparer.Ordinal);

    public Replayer(string folder)
    {
        foreach (var (name, exchange) in RecordingFolder.Read(folder))
        {
            var key = RequestKey.Of(exchange.Method, exchange.Target, exchange.Body);
            if (!_byKey.TryGetValue(key.Text, out var recorded))
            {
                recorded = new(key, name);
                _byKey.Add(key.Text, recorded);
                _recordings.Add(recorded);
            }

            recorded.Answers.Enqueue(exchange.Answer);
        }
    }

    public Script Answer(FakeRequest request, DeployDialect dialect)
    {
        var key = RequestKey.Of(request.Method, RecordedTarget.Of(request), SecretFilter.NamesOnly.Clean(RecordedAnswer.JsonOrText(request.Body)));
        lock (_lock)
        {
            if (_byKey.TryGetValue(key.Text, out var recorded))
            {
                return (recorded.Answers.Count > 1 ? recorded.Answers.Dequeue() : recorded.Answers.Peek()).ToScript();
            }
        }

        request.Surprise = Miss(key);
        return ErrorWire.Refusal(dialect, 501, $"Not recorded: {request.Surprise}");
    }

    private string Miss(RequestKey key)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"no recording is of this request, {key.Route}. ");
        if (_recordings.Where(recorded => recorded.Key.Route == key.Route).MinBy(recorded => recorded.Key.DifferencesFrom(key).Count) is not { } closest)
        {
            var routes = _recordings.Select(recorded => recorded.Key.Route).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
            return text.Append(CultureInfo.InvariantCulture, $"Recorded are: {string.Join(", ", routes)}").ToString();
        }

        var paths = closest.Key.DifferencesFrom(key);
        text.Append(CultureInfo.InvariantCulture, $"The closest is {closest.FileName}; it differs at {string.Join(", ", paths.Take(LongestList))}");
        return (paths.Count > LongestList ? text.Append(CultureInfo.InvariantCulture, $" and {paths.Count - LongestList} more places") : text).ToString();
    }

    private sealed record Recorded(RequestKey Key, string FileName)
    {
        public Queue<RecordedAnswer> Answers { get; } = new();
    }
}
