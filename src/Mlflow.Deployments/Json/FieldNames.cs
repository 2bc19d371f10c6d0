using System.Text;
using System.Text.Json;

namespace Mlflow.Deployments.Json;

/// <summary>Reads names of fields. Those that our types do not know, but that providers send with every answer, are made once.</summary>
internal static class FieldNames
{
    private static readonly (string Text, byte[] Utf8)[] Common =
    [
        .. ((string[])
        [
            "logprobs", "system_fingerprint", "service_tier", "audio_tokens", "accepted_prediction_tokens", "rejected_prediction_tokens",
            "annotations", "obfuscation", "reasoning", "reasoning_content", "function_call",
        ]).Select(name => (name, Encoding.UTF8.GetBytes(name))),
    ];

    public static string Read(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            foreach (var (text, utf8) in Common)
            {
                if (reader.ValueSpan.SequenceEqual(utf8))
                {
                    return text;
                }
            }
        }

        return reader.GetString()!;
    }
}
