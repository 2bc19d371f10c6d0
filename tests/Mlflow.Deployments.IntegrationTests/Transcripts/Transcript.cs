using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mlflow.Deployments.IntegrationTests.Transcripts;

/// <summary>One recorded exchange with an MLflow AI Gateway: what it was asked, and every byte that it answered.</summary>
internal sealed record Transcript
{
    private const string FolderName = "transcripts";

    public required string Name { get; init; }

    public required string Gateway { get; init; }

    public required string Method { get; init; }

    public required string Path { get; init; }

    /// <summary>Gets the body asked with; null when it was no JSON or there was none.</summary>
    public JsonNode? RequestBody { get; init; }

    public required int Status { get; init; }

    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>Gets the exact text of the answer, events included.</summary>
    public required string Body { get; init; }

    public bool IsStream { get; init; }

    public bool EndedCleanly { get; init; } = true;

    public bool IsQuery => Method == "POST" && Path.TrimEnd('/').EndsWith("/invocations", StringComparison.Ordinal);

    public bool IsCatalog => Method == "GET" && (Path.StartsWith("/api/2.0/endpoints", StringComparison.Ordinal) || Path.StartsWith("/health", StringComparison.Ordinal));

    public bool IsRedirect => Status is >= 300 and < 400;

    public JsonNode BodyJson => JsonNode.Parse(Body)!;

    /// <summary>Gets the events of a stream.</summary>
    public IReadOnlyList<JsonNode> Events =>
        [.. Body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(data => JsonNode.Parse(data["data: ".Length..])!)];

    public override string ToString() => Name;

    /// <summary>Reads every recording; null when there is no folder of them.</summary>
    public static IReadOnlyList<Transcript>? ReadAll() => SharedFolder.Find(FolderName) is not { } folder ? null :
    [
        .. Directory.EnumerateFiles(folder, "*.json")
            .Order(StringComparer.Ordinal)
            .Select(file => JsonNode.Parse(File.ReadAllText(file))!)
            .Where(recorded => recorded["client_request"] is not null && recorded["gateway_response"] is not null)
            .Select(Read),
    ];

    /// <summary>Makes a test case of each recording of a kind, or one that says what is missing.</summary>
    public static IEnumerable<TestCaseData> Cases(Func<Transcript, bool> isMeant) =>
        ReadAll() is { } all
            ? all.Where(isMeant).Select(transcript => new TestCaseData(transcript.Name).SetArgDisplayNames(transcript.Name))
            : [new TestCaseData(string.Empty).SetArgDisplayNames(SharedFolder.NeedsRecordings)];

    /// <summary>Finds the recording of a test case; ends the test when there are none.</summary>
    public static Transcript Find(string name)
    {
        var folder = SharedFolder.Require(FolderName);
        return Read(JsonNode.Parse(File.ReadAllText(System.IO.Path.Combine(folder, name + ".json")))!);
    }

    /// <summary>Finds what the same gateway answered at the place that a redirect points to.</summary>
    public Transcript FindTargetOfRedirect()
    {
        var path = new Uri(Headers["location"]).PathAndQuery;
        return ReadAll()!.First(other => other.Gateway == Gateway && other.Method == Method && other.Path == path && other.Status == 200 && !other.IsStream);
    }

    private static Transcript Read(JsonNode recorded)
    {
        var (request, response) = (recorded["client_request"]!, recorded["gateway_response"]!);
        var events = (string?)response["sse_raw"];
        return new()
        {
            Name = (string)recorded["name"]!,
            Gateway = (string)recorded["gateway"]!,
            Method = (string)request["method"]!,
            Path = (string)request["path"]!,
            RequestBody = request["body"]?.DeepClone(),
            Status = (int)response["status"]!,
            Headers = response["headers"]!.AsObject().ToDictionary(header => header.Key, header => (string)header.Value!, StringComparer.OrdinalIgnoreCase),
            Body = events ?? (string?)response["body_raw"] ?? string.Empty,
            IsStream = events is not null,
            EndedCleanly = response["ended_cleanly"]?.GetValueKind() != JsonValueKind.False,
        };
    }
}
