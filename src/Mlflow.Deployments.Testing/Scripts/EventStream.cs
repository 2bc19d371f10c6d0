using System.Text;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Testing.Wire;

namespace Mlflow.Deployments.Testing.Scripts;

/// <summary>Puts the script of a stream together, event by event.</summary>
internal sealed class EventStream(TimeSpan pause)
{
    private readonly List<Step> _steps = [];

    public static ReadOnlyMemory<byte> Event(JsonNode data)
    {
        byte[] json = JsonText.Write(data);
        return (byte[])[.. "data: "u8, .. json, .. "\n\n"u8];
    }

    public static ReadOnlyMemory<byte> Event(string data) => Encoding.UTF8.GetBytes($"data: {data}\n\n");

    public EventStream Add(JsonNode data, Part part = Part.Piece) => Add(Event(data), part);

    public Script End(bool done = true)
    {
        if (done)
        {
            _steps.Add(Step.Send(Event("[DONE]"), Part.Done));
        }

        return new() { ContentType = Script.EventStream, Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Cache-Control"] = "no-cache" }, Steps = _steps };
    }

    private EventStream Add(ReadOnlyMemory<byte> bytes, Part part)
    {
        if (part == Part.Piece && pause > TimeSpan.Zero && _steps.Count > 0)
        {
            _steps.Add(Step.Wait(pause));
        }

        _steps.Add(Step.Send(bytes, part));
        return this;
    }
}
