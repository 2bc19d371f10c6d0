using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Mlflow.Deployments.Gateway.Providers.Gemini;

/// <summary>JSON as Python writes it: ids are made of this text, so every blank and every digit counts.</summary>
internal static class PythonJson
{
    /// <summary>Python leaves the plain form of a number from these powers of ten on.</summary>
    private const int LeastExponent = -4;
    private const int MostExponent = 16;

    /// <summary>Writes a value; nothing as an empty object.</summary>
    public static string Write(JsonElement? value)
    {
        if (value is not { } element)
        {
            return "{}";
        }

        var output = new StringBuilder();
        Write(element, output);
        return output.ToString();
    }

    private static void Write(JsonElement value, StringBuilder output)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                output.Append('{');
                foreach (JsonProperty member in value.EnumerateObject())
                {
                    Separate(output);
                    WriteText(member.Name, output);
                    output.Append(": ");
                    Write(member.Value, output);
                }

                output.Append('}');
                break;
            case JsonValueKind.Array:
                output.Append('[');
                foreach (JsonElement item in value.EnumerateArray())
                {
                    Separate(output);
                    Write(item, output);
                }

                output.Append(']');
                break;
            case JsonValueKind.String:
                WriteText(value.GetString()!, output);
                break;
            case JsonValueKind.Number:
                output.Append(Number(value.GetRawText()));
                break;
            default:
                output.Append(value.GetRawText());
                break;
        }
    }

    private static void Separate(StringBuilder output)
    {
        if (output[^1] is not ('{' or '['))
        {
            output.Append(", ");
        }
    }

    private static void WriteText(string text, StringBuilder output)
    {
        output.Append('"');
        foreach (char c in text)
        {
            _ = c switch
            {
                '"' => output.Append("\\\""),
                '\\' => output.Append("\\\\"),
                '\n' => output.Append("\\n"),
                '\r' => output.Append("\\r"),
                '\t' => output.Append("\\t"),
                '\f' => output.Append("\\f"),
                '\b' => output.Append("\\b"),
                >= ' ' and <= '~' => output.Append(c),
                _ => output.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
            };
        }

        output.Append('"');
    }

    private static string Number(string raw)
    {
        if (raw.AsSpan().IndexOfAny('.', 'e', 'E') < 0)
        {
            return raw == "-0" ? "0" : raw;
        }

        double number = double.Parse(raw, CultureInfo.InvariantCulture);
        if (double.IsInfinity(number))
        {
            return number > 0 ? "Infinity" : "-Infinity";
        }

        // Both write the shortest digits that read back as the same number; .NET goes over to powers of ten one power earlier.
        string text = number.ToString("R", CultureInfo.InvariantCulture);
        int mark = text.IndexOf('E', StringComparison.Ordinal);
        int exponent = mark < 0 ? 0 : int.Parse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (exponent is < LeastExponent or >= MostExponent)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{text[..mark]}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
        }

        string plain = mark < 0 ? text : decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
        return plain.Contains('.', StringComparison.Ordinal) ? plain : plain + ".0";
    }
}
