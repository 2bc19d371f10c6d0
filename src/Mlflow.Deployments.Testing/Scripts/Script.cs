using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Mlflow.Deployments.Testing.Wire;

namespace Mlflow.Deployments.Testing.Scripts;

/// <summary>An answer as it goes over the wire, step by step. The server and the client without sockets play the same scripts.</summary>
internal sealed record Script
{
    public const string Json = "application/json";
    public const string EventStream = "text/event-stream; charset=utf-8";

    public int Status { get; init; } = 200;

    public string? ContentType { get; init; } = Json;

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    public required IReadOnlyList<Step> Steps { get; init; }

    /// <summary>Gets what the script throws in the caller's process in place of an answer; only a client without sockets can.</summary>
    public Exception? Thrown { get; init; }

    /// <summary>Gets what answers in place of the steps, on the server's own terms; null for the steps.</summary>
    public Func<HttpContext, CancellationToken, Task>? Forward { get; init; }

    public bool IsStream => ContentType?.StartsWith("text/event-stream", StringComparison.Ordinal) == true;

    /// <summary>Gets whether the answer is one piece that comes at once and whole.</summary>
    public bool IsPlain => !IsStream && Thrown is null && Steps is [{ Kind: StepKind.Send }];

    /// <summary>Gets whether the body ends before its time, so that its promised length must be longer than what comes.</summary>
    public bool IsCut => Steps.Any(step => step.Kind == StepKind.Cut);

    public static Script OfJson(JsonNode body, int status = 200) => OfBytes(JsonText.Write(body), status);

    public static Script OfBytes(ReadOnlyMemory<byte> body, int status = 200, string? contentType = Json) =>
        new() { Status = status, ContentType = contentType, Steps = [Step.Send(body)] };

    public static Script OfText(string body, int status = 200, string? contentType = Json) => OfBytes(Encoding.UTF8.GetBytes(body), status, contentType);

    public Script After(TimeSpan delay) => delay == TimeSpan.Zero ? this : this with { Steps = [Step.Wait(delay), .. Steps] };
}
