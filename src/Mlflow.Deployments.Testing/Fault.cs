using System.Globalization;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Testing.Scripts;

namespace Mlflow.Deployments.Testing;

/// <summary>What goes wrong with an answer on its way. Whoever calls sees what a broken network, proxy or server would show.</summary>
/// <remarks>
/// Immutable, and can be shared. "After <c>n</c> pieces" counts the events of a stream; an answer that is not streamed has one piece, its body, and is broken in
/// the middle of it.
/// </remarks>
public sealed class Fault
{
    private readonly string _name;
    private readonly Func<Script, Script> _apply;

    private Fault(string name, Func<Script, Script> apply) => (_name, _apply) = (name, apply);

    /// <summary>Gets the fault of a connection that is reset before anything was answered.</summary>
    public static Fault ResetBeforeHeaders { get; } = new(nameof(ResetBeforeHeaders), script => script with { Steps = [Step.Reset] });

    /// <summary>Gets the fault of a connection that is reset after the headers and before the body. Whether the caller has seen the headers by then is up to the network.</summary>
    public static Fault ResetAfterHeaders { get; } = new(nameof(ResetAfterHeaders), script => script with { Steps = [Step.Headers, Step.Reset] });

    /// <summary>Gets the fault of a server that takes the request and says nothing, until <see cref="FakeEndpoints.ReleaseSilence"/> or the end of the fake.</summary>
    public static Fault SilenceBeforeHeaders { get; } = new(nameof(SilenceBeforeHeaders), script => script with { Steps = [Step.Silence, .. script.Steps] });

    /// <summary>Gets the fault of JSON that breaks off: the first event of a stream, or the body.</summary>
    public static Fault MalformedJson { get; } = new(nameof(MalformedJson), Malform);

    /// <summary>Gets the fault of a stream without <c>[DONE]</c>, as MLflow's own gateway sends it: not an error to a client that looks at the finish reason.</summary>
    public static Fault NoDone { get; } = new(nameof(NoDone), script => Without(script, Part.Done));

    /// <summary>Gets the fault of a stream that ends in order, but with neither a finish reason nor <c>[DONE]</c>: nothing says that the answer is whole.</summary>
    public static Fault NoFinishReason { get; } = new(nameof(NoFinishReason), script => Without(script, Part.Finish, Part.Usage, Part.Done));

    /// <summary>Makes the fault of a connection that is reset after some pieces, once the test says so with <see cref="FakeEndpoints.ReleaseSilence"/>.</summary>
    /// <param name="pieces">How many pieces come whole before, at least 0.</param>
    /// <returns>The fault.</returns>
    /// <remarks>A reset throws away what the receiver has not read yet; so the test reads the pieces first. <see cref="CutAfter"/> needs no such care.</remarks>
    public static Fault ResetAfter(int pieces) => Counted(nameof(ResetAfter), pieces, script => [Step.Headers, .. Begin(script, pieces), Step.Silence, Step.Reset]);

    /// <summary>Makes the fault of a connection that ends in the middle of an event.</summary>
    /// <param name="pieces">How many pieces come whole before, at least 0.</param>
    /// <returns>The fault.</returns>
    public static Fault CutAfter(int pieces) => Counted(nameof(CutAfter), pieces, script => [.. Begin(script, pieces), Step.Send(Half(script, pieces)), Step.Cut]);

    /// <summary>Makes the fault of a connection that ends in the middle of a letter: inside a UTF-8 sequence.</summary>
    /// <param name="pieces">How many pieces come whole before, at least 0.</param>
    /// <returns>The fault.</returns>
    public static Fault CutInsideCharacterAfter(int pieces) =>
        Counted(nameof(CutInsideCharacterAfter), pieces, script => [.. Begin(script, pieces), Step.Send((byte[])[.. Half(script, pieces).Span, 0xC3]), Step.Cut]);

    /// <summary>Makes the fault of a stream that falls silent, until <see cref="FakeEndpoints.ReleaseSilence"/> or the end of the fake; then the rest comes.</summary>
    /// <param name="pieces">How many pieces come before, at least 0; with 0 the headers come.</param>
    /// <returns>The fault.</returns>
    public static Fault SilenceAfter(int pieces) =>
        Counted(nameof(SilenceAfter), pieces, script => [Step.Headers, .. Begin(script, pieces), Step.Silence, .. script.Steps.Skip(Begin(script, pieces).Count)]);

    /// <summary>Makes the fault of an answer under another content type. Some clients read it all the same; <see cref="DeployClient"/> refuses only <c>text/html</c>.</summary>
    /// <param name="contentType">The content type.</param>
    /// <returns>The fault.</returns>
    public static Fault WrongContentType(string contentType = "text/plain")
    {
        ArgumentException.ThrowIfNullOrEmpty(contentType);
        return new(nameof(WrongContentType), script => script with { ContentType = contentType });
    }

    /// <summary>Makes the fault of a server that is slow to begin its answer.</summary>
    /// <param name="delay">How long nothing comes, by the fake's clock; not negative.</param>
    /// <returns>The fault.</returns>
    public static Fault SlowHeaders(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        return new(nameof(SlowHeaders), script => script.After(delay));
    }

    /// <summary>Makes the fault of a proxy's error page in place of an answer.</summary>
    /// <param name="status">Its status.</param>
    /// <returns>The fault.</returns>
    public static Fault HtmlErrorPage(int status = 502) => new(nameof(HtmlErrorPage), _ => Script.OfText(
        string.Create(CultureInfo.InvariantCulture, $"<html><head><title>{status}</title></head><body><h1>{status}</h1><hr>nginx</body></html>"), status, "text/html"));

    /// <summary>Makes the fault of an error that comes in place of the rest: as an event, because a stream cannot change its status; without a stream as the body, with status 200.</summary>
    /// <param name="pieces">How many pieces come before, at least 0.</param>
    /// <param name="message">What the server says.</param>
    /// <param name="type">The kind of error, in the server's words.</param>
    /// <returns>The fault.</returns>
    public static Fault ErrorEventAfter(int pieces, string message = "The server had an error", string type = "server_error")
    {
        ArgumentNullException.ThrowIfNull(message);
        var error = new JsonObject { ["error"] = new JsonObject { ["message"] = message, ["type"] = type } };
        return Counted(nameof(ErrorEventAfter), pieces, script => script.IsStream
            ? [.. Begin(script, pieces), Step.Send(EventStream.Event(error))]
            : [Step.Send(Wire.JsonText.Write(error))]);
    }

    /// <summary>Names the fault.</summary>
    /// <returns>The name of the member that made it.</returns>
    public override string ToString() => _name;

    internal Script Apply(Script script) => _apply(script);

    private static Fault Counted(string name, int pieces, Func<Script, IReadOnlyList<Step>> steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(pieces);
        return new(name, script => script with { Steps = steps(script) });
    }

    // The steps up to the last of so many pieces; of a body, which is one piece, none: it is broken in its middle.
    private static List<Step> Begin(Script script, int pieces)
    {
        var begin = new List<Step>();
        var sends = script.Steps.Count(step => step.Kind == StepKind.Send);
        var left = Math.Min(pieces, sends - 1);
        foreach (var step in script.Steps)
        {
            if (step.Kind == StepKind.Send && left-- <= 0)
            {
                break;
            }

            begin.Add(step);
        }

        return begin;
    }

    // The first half of the event after so many, up to the border of a letter.
    private static ReadOnlyMemory<byte> Half(Script script, int pieces)
    {
        var bytes = script.Steps.Skip(Begin(script, pieces).Count).First(step => step.Kind == StepKind.Send).Bytes;
        var end = bytes.Length / 2;
        while (end > 0 && (bytes.Span[end] & 0xC0) == 0x80)
        {
            end--;
        }

        return bytes[..end];
    }

    private static Script Without(Script script, params Part[] parts) =>
        script.IsStream ? script with { Steps = [.. script.Steps.Where(step => step.Kind != StepKind.Send || !parts.Contains(step.Part))] } : script;

    private static Script Malform(Script script)
    {
        var begin = Begin(script, 0);
        var broken = Half(script, 0);
        var step = Step.Send(script.IsStream ? (byte[])[.. broken.Span, .. "\n\n"u8] : broken);
        return script with { Steps = [.. begin, step, .. script.Steps.Skip(begin.Count + 1)] };
    }
}
