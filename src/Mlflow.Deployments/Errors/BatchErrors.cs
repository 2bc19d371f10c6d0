using System.Globalization;
using Mlflow.Deployments.Embeddings.Batches;

namespace Mlflow.Deployments.Errors;

/// <summary>Makes the exceptions of batch embeddings.</summary>
internal static class BatchErrors
{
    private const int ShownCharacters = 40;

    /// <summary>Makes the exception for a text that the server refuses, or for which it sends no numbers.</summary>
    public static DeployRequestException Refused(int index, TextSlot slot, string endpoint) =>
        new(string.Create(CultureInfo.InvariantCulture, $"Text {index} (\"{Shorten(slot.Text)}\") cannot be embedded by endpoint '{endpoint}'. {slot.Failure!.Message}"), slot.Failure)
        {
            StatusCode = slot.Failure.StatusCode,
            ErrorCode = slot.Failure.ErrorCode,
            RequestId = slot.Failure.RequestId,
            ResponseBody = slot.Failure.ResponseBody,
            RateLimit = slot.Failure.RateLimit,
            Endpoint = endpoint,
            TextIndex = index,
        };

    /// <summary>Makes the exception for an endpoint that takes no text at all.</summary>
    public static DeployRequestException AllRefused(int count, DeployException cause, string endpoint) =>
        new(string.Create(CultureInfo.InvariantCulture, $"Endpoint '{endpoint}' has refused {count} texts and taken none, so that it is not about single texts. {cause.Message}"), cause)
        {
            StatusCode = cause.StatusCode,
            ErrorCode = cause.ErrorCode,
            RequestId = cause.RequestId,
            ResponseBody = cause.ResponseBody,
            RateLimit = cause.RateLimit,
            Endpoint = endpoint,
        };

    /// <summary>Makes the exception for an answer whose vectors do not belong to the texts.</summary>
    public static DeployException Misfit(string endpoint, FormattableString what) =>
        new($"The answer of endpoint '{endpoint}' does not fit the texts: it {what.ToString(CultureInfo.InvariantCulture)}.") { Endpoint = endpoint };

    /// <summary>Makes the exception for a vector with NaN or an infinity in it.</summary>
    public static DeployException NotFinite(string endpoint) => new($"The vector that endpoint '{endpoint}' sent for it holds NaN or an infinity.") { Endpoint = endpoint };

    // On one line, and not cut in the middle of a character.
    private static string Shorten(string text)
    {
        var end = Math.Min(text.Length, ShownCharacters);
        if (end < text.Length && char.IsHighSurrogate(text[end - 1]))
        {
            end--;
        }

        var line = string.Create(end, text, static (line, text) =>
        {
            for (var i = 0; i < line.Length; i++)
            {
                line[i] = char.IsControl(text[i]) ? ' ' : text[i];
            }
        });
        return end < text.Length ? line + "…" : line;
    }
}
