using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Mlflow.Deployments.Benchmarks;

/// <summary>The bytes of every answer, made in code, always the same.</summary>
internal static class Payloads
{
    public const int Dimensions = 1536;
    public const int Vectors = 256;

    private const string Head = "{\"id\":\"chatcmpl-9aBcDeFgHiJkLmNoPqRsTuVwXyZ12\",\"object\":\"chat.completion";

    private static readonly string[] Words = ["the", "quarter", "of", "revenue", "shows", "a", "steady", "rise", "in", "orders", "because", "shipping", "became", "faster", "café", "customers"];

    /// <summary>Gets a question of some 660 characters.</summary>
    public static string Question { get; } = Text(660);

    public static IReadOnlyList<string> Inputs { get; } = [.. Enumerable.Range(0, Vectors).Select(i => $"row {i}: a short text to embed")];

    /// <summary>Makes a chat answer of some 1,560 characters.</summary>
    public static byte[] Chat() => Encoding.UTF8.GetBytes(
        Head + "\",\"created\":1730000000,\"model\":\"gpt-4o-mini\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"" + Text(1560) +
        "\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":182,\"completion_tokens\":341,\"total_tokens\":523," +
        "\"prompt_tokens_details\":{\"cached_tokens\":0}},\"service_tier\":\"default\",\"system_fingerprint\":\"fp_0ba0d124f1\"}");

    /// <summary>Makes an event stream: the role, so many chunks of text, the finish reason with the usage, and [DONE].</summary>
    public static byte[] Stream(int chunks)
    {
        var events = new StringBuilder();
        Add("{\"role\":\"assistant\",\"content\":\"\"}", "null");
        for (var i = 0; i < chunks; i++)
        {
            Add($"{{\"content\":\" {Words[i * 7 % Words.Length]}\"}}", "null");
        }

        Add("{}", "\"stop\"", ",\"usage\":{\"prompt_tokens\":182,\"completion_tokens\":1000,\"total_tokens\":1182}");
        return Encoding.UTF8.GetBytes(events.Append("data: [DONE]\n\n").ToString());

        void Add(string delta, string reason, string more = "") => events.Append(
            CultureInfo.InvariantCulture,
            $"data: {Head}.chunk\",\"created\":1730000000,\"model\":\"gpt-4o-mini\",\"choices\":[{{\"index\":0,\"delta\":{delta},\"finish_reason\":{reason}}}]{more}}}\n\n");
    }

    /// <summary>Makes 256 vectors of 1,536 numbers, as JSON numbers or as base64.</summary>
    public static byte[] Embeddings(bool base64)
    {
        var json = new StringBuilder("{\"object\":\"list\",\"data\":[");
        for (var i = 0; i < Vectors; i++)
        {
            var vector = Enumerable.Range(0, Dimensions).Select(d => Number(i, d)).ToArray();
            var text = base64 ? $"\"{Convert.ToBase64String(MemoryMarshal.AsBytes<float>(vector))}\"" : $"[{string.Join(',', vector.Select(number => number.ToString("R", CultureInfo.InvariantCulture)))}]";
            json.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "" : ",")}{{\"object\":\"embedding\",\"index\":{i},\"embedding\":{text}}}");
        }

        return Encoding.UTF8.GetBytes(json.Append("],\"model\":\"text-embedding-3-small\",\"usage\":{\"prompt_tokens\":2048,\"total_tokens\":2048}}").ToString());
    }

    // As large as the numbers of a unit vector, with all their digits.
    private static float Number(int vector, int dimension) => (float)(0.04 * Math.Sin(1 + (vector * 1.7) + (dimension * 0.61)));

    private static string Text(int length)
    {
        var text = new StringBuilder();
        for (var i = 0; text.Length < length; i++)
        {
            text.Append(Words[i * 7 % Words.Length]).Append(' ');
        }

        return text.ToString(0, length);
    }
}
