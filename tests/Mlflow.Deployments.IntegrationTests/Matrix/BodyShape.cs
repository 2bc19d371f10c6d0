namespace Mlflow.Deployments.IntegrationTests.Matrix;

/// <summary>A form that servers give their errors.</summary>
/// <param name="Name">What the form is called in the name of a test.</param>
/// <param name="ContentType">How the server labels it.</param>
/// <param name="Body">An example.</param>
/// <param name="Words">What of it must reach the reader of the exception; null when it says nothing.</param>
/// <param name="Code">The server's code in it; null when there is none.</param>
public sealed record BodyShape(string Name, string ContentType, string Body, string? Words = null, string? Code = null)
{
    private const string Json = "application/json";

    public static IReadOnlyList<BodyShape> All { get; } =
    [
        new("detail string", Json, """{"detail":"no beds left"}""", "no beds left"),
        new("detail list", Json, """{"detail":[{"loc":["body","messages"],"msg":"Field required","type":"missing","input":{}}]}""", "messages: Field required"),
        new("detail object", Json, """{"detail":{"error_code":"NO_BEDS","message":"no beds left"}}""", "no beds left", "NO_BEDS"),
        new("error_code and message", Json, """{"error_code":"NO_BEDS","message":"no beds left"}""", "no beds left", "NO_BEDS"),
        new("error string", Json, """{"error":"no beds left"}""", "no beds left"),
        new("error object", Json, """{"error":{"message":"no beds left","type":"hotel_error","param":null,"code":"no_beds"}}""", "no beds left", "no_beds"),
        new("HTML", "text/html", "<html><head><title>No beds left</title></head><body><h1>nginx</h1></body></html>", "No beds left"),
        new("plain text", "text/plain", "no beds left", "no beds left"),
        new("empty", Json, string.Empty),
    ];

    public override string ToString() => Name;
}
