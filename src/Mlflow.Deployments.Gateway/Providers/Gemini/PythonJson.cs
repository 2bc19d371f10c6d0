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

        double number = double.Parse(raw, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (double.IsInfinity(number))
        {
            return number > 0 ? "Infinity" : "-Infinity";
        }

        return number == 0 ? (double.IsNegative(number) ? "-0.0" : "0.0") : Float(number);
    }

    /// <summary>Both take the shortest digits that read back as the same number, but set them in different forms.</summary>
    private static string Float(double number)
    {
        string[] halves = Math.Abs(number).ToString("R", CultureInfo.InvariantCulture).Split('E');
        int point = halves[0].IndexOf('.', StringComparison.Ordinal);
        int whole = point < 0 ? halves[0].Length : point;
        string all = halves[0].Replace(".", "", StringComparison.Ordinal);
        string digits = all.TrimStart('0');
        int exponent = whole - 1 - (all.Length - digits.Length) + (halves.Length > 1 ? int.Parse(halves[1], CultureInfo.InvariantCulture) : 0);
        digits = digits.TrimEnd('0');
        string sign = number < 0 ? "-" : "";
        if (exponent is < LeastExponent or >= MostExponent)
        {
            string rest = digits.Length > 1 ? $".{digits[1..]}" : "";
            return string.Create(CultureInfo.InvariantCulture, $"{sign}{digits[0]}{rest}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
        }

        if (exponent < 0)
        {
            return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
        }

        string padded = digits.PadRight(exponent + 2, '0');
        return $"{sign}{padded[..(exponent + 1)]}.{padded[(exponent + 1)..]}";
    }
}
