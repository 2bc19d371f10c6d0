using System.Globalization;
using System.Text;
using System.Text.Json;
using Mlflow.Deployments.Gateway.Json;

namespace Mlflow.Deployments.Gateway.Providers.Bedrock.Aws;

/// <summary>Reads what those who give out credentials say. Nothing of a body that may hold a secret goes into an error.</summary>
internal static class AwsAnswers
{
    /// <summary>Reads a text that may not be long.</summary>
    public static async Task<string> ReadTextAsync(HttpResponseMessage response, int maxBytes, CancellationToken cancellationToken)
    {
        using var buffer = new PooledBuffer();
        await using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        int count;
        while (buffer.Count <= maxBytes && (count = await stream.ReadAsync(buffer.GetMemory(1), cancellationToken)) > 0)
        {
            buffer.Advance(count);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan[..Math.Min(buffer.Count, maxBytes)]);
    }

    /// <summary>Reads the JSON of containers and virtual machines; null when it holds no credentials.</summary>
    public static AwsCredentials? Parse(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, JsonText.DocumentOptions);
            return Text("AccessKeyId") is { Length: > 0 } id && Text("SecretAccessKey") is { Length: > 0 } secret
                ? new AwsCredentials(id, secret, Text("Token"), Time(Text("Expiration")))
                : null;

            string? Text(string name) =>
                document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    public static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : null;
}
