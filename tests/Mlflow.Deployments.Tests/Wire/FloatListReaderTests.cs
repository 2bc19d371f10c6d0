using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Tests.Wire;

public class FloatListReaderTests
{
    // Enough that what stands behind it is read in blocks.
    private const int ManyCount = 20;
    private static readonly string Many = string.Join(',', Enumerable.Repeat("-0.012345", ManyCount));

    private static readonly string[] Formats = ["R", "G9", "G17", "F10", "E8", "0.000000000000000000000", "G7"];

    [Test]
    public void Read_of_any_float_in_any_notation_is_what_float_Parse_gives() =>
        Gen.Select(Gen.Single.Where(float.IsFinite), Gen.Int[0, Formats.Length - 1]).Sample((number, format) => Same(number.ToString(Formats[format], CultureInfo.InvariantCulture)), iter: PropertyRuns.AtMost(25_000));

    [Test]
    public void Read_of_any_double_is_what_float_Parse_gives() =>
        Gen.Select(Gen.Double[-1, 1], Gen.Int[0, Formats.Length - 1]).Sample((number, format) => Same(number.ToString(Formats[format], CultureInfo.InvariantCulture)), iter: PropertyRuns.AtMost(25_000));

    [Test]
    public void Read_of_any_digits_is_what_float_Parse_gives() =>
        Gen.Select(Gen.Int[0, 9].Array[1, 40], Gen.Int[0, 9].Array[0, 40], Gen.Int[-60, 60], Gen.Bool).Sample((whole, fraction, exponent, hasExponent) =>
        {
            var digits = string.Concat(whole).TrimStart('0');
            Same($"{(digits.Length == 0 ? "0" : digits)}{(fraction.Length == 0 ? string.Empty : "." + string.Concat(fraction))}{(hasExponent ? $"e{exponent}" : string.Empty)}");
        }, iter: PropertyRuns.AtMost(25_000));

    [Test]
    public void Read_of_the_middle_between_two_floats_and_its_neighbours_is_what_float_Parse_gives() =>
        Gen.Select(Gen.Float[1e-6f, 1e6f], Gen.Int[-3, 3]).Sample((number, steps) =>
        {
            var middle = ((double)number + MathF.BitIncrement(number)) / 2;
            for (var i = 0; i < Math.Abs(steps); i++)
            {
                middle = steps < 0 ? Math.BitDecrement(middle) : Math.BitIncrement(middle);
            }

            Same(middle.ToString("G17", CultureInfo.InvariantCulture));
        }, iter: PropertyRuns.AtMost(25_000));

    [TestCase("]", 0)]
    [TestCase(" ] trailing", 0)]
    [TestCase("1]", 1)]
    [TestCase(" -1.5e3 ,\n0 , 2\t]", 3)]
    [TestCase("0,-0,0.0,1E+2,1e-2,123456789012345678901234567890]", 6)]
    public void Read_of_a_list_stops_at_its_bracket(string text, int count)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);

        var numbers = FloatListReader.Read(utf8, 0, out var end);

        Assert.Multiple(() =>
        {
            Assert.That(numbers, Has.Length.EqualTo(count));
            Assert.That(utf8[end], Is.EqualTo((byte)']'));
        });
    }

    [TestCase("")]
    [TestCase("1")]
    [TestCase("1,")]
    [TestCase("1,]")]
    [TestCase(",1]")]
    [TestCase("01]")]
    [TestCase("+1]")]
    [TestCase(".5]")]
    [TestCase("1.]")]
    [TestCase("1e]")]
    [TestCase("1e+]")]
    [TestCase("-]")]
    [TestCase("--1]")]
    [TestCase("1 2]")]
    [TestCase("NaN]")]
    [TestCase("Infinity]")]
    [TestCase("1e999]")]
    [TestCase("null]")]
    [TestCase("\"1\"]")]
    [TestCase("[1]]")]
    [TestCase("0x10]")]
    [TestCase("12345678x]")]
    public void Read_of_what_JSON_does_not_allow_throws(string text)
    {
        foreach (var list in new[] { text, $"{Many},{text}", $"{Many},{text.TrimEnd(']')},{Many}]" })
        {
            // A list that goes on where it ended too soon is a list.
            if (list.EndsWith(']') && list.Length > text.Length && text is "" or "1" or "1,]")
            {
                continue;
            }

            Assert.That(() => FloatListReader.Read(Encoding.UTF8.GetBytes(list), 0, out _), Throws.InstanceOf<JsonException>(), list);
        }
    }

    [Test]
    public void Read_of_any_list_with_any_separators_gives_every_number_and_stops_at_its_bracket() =>
        Gen.Select(Gen.Select(Gen.Float[-1, 1], Gen.Int[0, Formats.Length - 1], Gen.OneOf(Gen.Const(","), Gen.Const(", "), Gen.Const(" ,"), Gen.Const(",\n  "), Gen.Const("\t,"))).Array[1, 200], Gen.Int[0, 300], Gen.Int[0, 300]).Sample((numbers, guess, tail) =>
        {
            var texts = numbers.Select(x => x.Item1.ToString(Formats[x.Item2], CultureInfo.InvariantCulture)).ToArray();
            var list = string.Concat(texts.Zip(numbers, (text, x) => text + x.Item3))[..^numbers[^1].Item3.Length];
            var utf8 = Encoding.UTF8.GetBytes(list + "]" + new string(',', tail));

            var read = FloatListReader.Read(utf8, guess, out var end);

            Assert.That(end, Is.EqualTo(list.Length));
            Assert.That(read, Is.EqualTo(texts.Select(text => float.Parse(text, CultureInfo.InvariantCulture))));
        }, iter: PropertyRuns.AtMost(1_500));

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(5000)]
    public void Read_with_any_guess_of_the_count_gives_all(int guess) =>
        Assert.That(FloatListReader.Read(Encoding.UTF8.GetBytes(string.Join(',', Enumerable.Range(0, 4000)) + "]"), guess, out _), Is.EqualTo(Enumerable.Range(0, 4000).Select(i => (float)i)));

    private static void Same(string text)
    {
        var expected = float.Parse(text, CultureInfo.InvariantCulture);
        if (float.IsInfinity(expected))
        {
            return; // refused; a case of its own
        }

        foreach (var (list, place) in new[] { ($"{text}]", 0), ($"{Many},{text},{Many}]", ManyCount), ($"{Many}, {text}, {Many}]", ManyCount) })
        {
            var read = FloatListReader.Read(Encoding.UTF8.GetBytes(list), 1, out _)[place];

            Assert.That(BitConverter.SingleToInt32Bits(read), Is.EqualTo(BitConverter.SingleToInt32Bits(expected)), list);
        }
    }
}
