using System.Text.Json;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Json;

namespace Mlflow.Deployments.Gateway.Providers.OpenAI;

/// <summary>The body for the upstream: the client's with <c>model</c> first, and with usage asked for in streams. Copied, never parsed.</summary>
internal static class OpenAIRequestBody
{
    private static ReadOnlySpan<byte> IncludeUsage => "\"include_usage\":true"u8;

    public static PooledBuffer Create(ProviderCall call, ReadOnlySpan<byte> modelField)
    {
        ReadOnlySpan<byte> body = call.Body.Span;
        var output = new PooledBuffer(body.Length + modelField.Length + 64);
        output.WriteByte((byte)'{');
        output.Write(modelField);
        // Every normalised body has at least one field, so a comma always fits.
        if (modelField.Length > 0)
        {
            output.WriteByte((byte)',');
        }

        bool asksForUsage = call.IsStream && call.Operation != Operation.Embeddings;
        if (!asksForUsage)
        {
            output.Write(body[1..]);
        }
        else if (call.StreamOptions is not { } range)
        {
            output.Write(body[1..^1]);
            output.Write(",\"stream_options\":{"u8);
            output.Write(IncludeUsage);
            output.Write("}}"u8);
        }
        else
        {
            int end = range.End.Value;
            output.Write(body[1..(end - 1)]);
            WriteUsageUnlessSet(body[range], output);
            output.Write(body[(end - 1)..]);
        }
        return output;
    }

    private static void WriteUsageUnlessSet(ReadOnlySpan<byte> options, PooledBuffer output)
    {
        var reader = new Utf8JsonReader(options);
        reader.Read();
        bool isEmpty = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            // Not unescaped: half of a surrogate pair, written as \uD800, is JSON but no text.
            if (reader.ValueSpan.SequenceEqual("include_usage"u8))
            {
                return;
            }

            isEmpty = false;
            reader.Read();
            reader.Skip();
        }
        if (!isEmpty)
        {
            output.WriteByte((byte)',');
        }

        output.Write(IncludeUsage);
    }
}
