namespace Mlflow.Deployments.Transport;

/// <summary>Makes an object of the JSON text of an answer; null for JSON's null.</summary>
/// <exception cref="System.Text.Json.JsonException">The text is not JSON of the expected form.</exception>
internal delegate T? BodyParser<out T>(ReadOnlySpan<byte> json);
