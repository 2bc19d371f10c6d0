using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Json;

namespace Mlflow.Deployments.Json;

/// <summary>
/// Reads a JSON list of numbers into floats, bit for bit as <see cref="float.Parse(string)"/> would, at several times its speed: vectors are
/// all that an embeddings answer is made of, and reading them token by token takes longer than the network.
/// </summary>
/// <remarks>
/// A number becomes a 64-bit integer of its first 19 digits and a power of ten, and those two a double, which is off by at most two units in
/// its last place. That rounds to the right float unless it lies that close to the middle between two floats; such numbers, and those out of
/// range, take the slow path.
/// </remarks>
internal static class FloatListReader
{
    private const int MaxDigits = 19;
    private const int FirstGuess = 1536;

    // A double has 29 bits more than a float; half of them set is the middle between two floats.
    private const long DroppedBits = (1L << 29) - 1;
    private const long Middle = 1L << 28;
    private const long Tolerance = 8;

    private const ushort ZeroPoint = '0' | ('.' << 8);
    private const ulong Zeros = 0x3030303030303030;
    private const int BlockLength = 64;

    private static ReadOnlySpan<double> PowersOfTen =>
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

    private static ReadOnlySpan<double> NegativePowersOfTen =>
        [1e0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11, 1e-12, 1e-13, 1e-14, 1e-15];

    // What of eight bytes is kept when only the last 0, 0, … 0, 1, 2, … 7, 8, 8, … 8 belong to a number; the last is the highest.
    private static ReadOnlySpan<ulong> LastBytes =>
    [
        0, 0, 0, 0, 0, 0, 0, 0,
        0xFF00000000000000, 0xFFFF000000000000, 0xFFFFFF0000000000, 0xFFFFFFFF00000000, 0xFFFFFFFFFF000000, 0xFFFFFFFFFFFF0000, 0xFFFFFFFFFFFFFF00,
        ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue,
    ];

    /// <summary>Reads what stands between the brackets.</summary>
    /// <param name="text">The text behind the opening bracket.</param>
    /// <param name="expectedCount">How many numbers there will probably be; 0 when nothing is known.</param>
    /// <param name="end">Where the closing bracket stands.</param>
    /// <exception cref="JsonException">The text is no list of numbers.</exception>
    public static float[] Read(ReadOnlySpan<byte> text, int expectedCount, out int end)
    {
        var rented = expectedCount > 0 ? null : ArrayPool<float>.Shared.Rent(FirstGuess);
        var numbers = rented ?? GC.AllocateUninitializedArray<float>(expectedCount);
        try
        {
            var count = 0;
            var at = SkipSpaces(text, 0);
            if (At(text, at) != ']')
            {
                while (true)
                {
                    at = ReadBetweenCommas(text, at, numbers, ref count);
                    if (count == numbers.Length)
                    {
                        var larger = ArrayPool<float>.Shared.Rent(Math.Max(count * 2, FirstGuess));
                        numbers.AsSpan(0, count).CopyTo(larger);
                        Return(rented);
                        numbers = rented = larger;
                    }

                    at = SkipSpaces(text, ReadAnyNumber(text, SkipSpaces(text, at), out numbers[count++]));
                    var separator = At(text, at);
                    if (separator == ']')
                    {
                        break;
                    }

                    at = separator == ',' ? at + 1 : throw NoNumber(at);
                }
            }

            end = at;
            return rented is null && count == numbers.Length ? numbers : numbers.AsSpan(0, count).ToArray();
        }
        finally
        {
            Return(rented);
        }
    }

    // Reads numbers as long as they fit and none is the last; tells where the next one stands. The commas of 64 bytes are found at once: where a
    // number begins then does not hang on how the one before was read, and a processor reads several at the same time.
    private static int ReadBetweenCommas(ReadOnlySpan<byte> text, int at, Span<float> numbers, ref int count)
    {
        if (!BitConverter.IsLittleEndian)
        {
            return at;
        }

        ref var origin = ref MemoryMarshal.GetReference(text);
        for (var block = at; text.Length - block >= BlockLength; block += BlockLength)
        {
            for (var commas = CommasIn(ref Unsafe.Add(ref origin, block)); commas != 0; commas &= commas - 1)
            {
                var end = block + BitOperations.TrailingZeroCount(commas);
                if (count == numbers.Length || !(TryReadFraction(ref origin, at, end, out numbers[count]) || TryReadOther(text, at, end, out numbers[count])))
                {
                    return at;
                }

                count++;
                at = end + 1;
            }
        }

        return at;
    }

    // A bit for each byte of a block, set where a comma stands.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong CommasIn(ref byte block)
    {
        var comma = Vector256.Create((byte)',');
        var first = Vector256.Equals(Vector256.LoadUnsafe(ref block), comma).ExtractMostSignificantBits();
        var second = Vector256.Equals(Vector256.LoadUnsafe(ref block, BlockLength / 2), comma).ExtractMostSignificantBits();
        return first | ((ulong)second << 32);
    }

    // The form that vectors are full of: a space or none, a sign or none, "0." and up to 15 digits. The 16 bytes before the comma hold all the
    // digits; what stands before them there is masked out. No branch depends on the number: half of them are negative, which a processor cannot guess.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryReadFraction(ref byte origin, int at, int end, out float number)
    {
        at += Unsafe.Add(ref origin, at) == ' ' ? 1 : 0;
        var sign = Unsafe.Add(ref origin, at) == '-' ? 1 : 0;
        var count = end - at - sign - 2;
        if (count is < 1 or > 15 || end < 16)
        {
            number = 0;
            return false;
        }

        var high = (Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref origin, end - 16)) ^ Zeros) & Unsafe.Add(ref MemoryMarshal.GetReference(LastBytes), count - 1);
        var low = (Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref origin, end - 8)) ^ Zeros) & Unsafe.Add(ref MemoryMarshal.GetReference(LastBytes), count + 7);
        var others = (((high + 0x7676767676767676) | high) | ((low + 0x7676767676767676) | low)) & 0x8080808080808080;

        // Below 10^15, so that the conversion from a signed integer will do, which is one instruction.
        var value = (long)((Eight(high) * 100_000_000) + Eight(low)) * Unsafe.Add(ref MemoryMarshal.GetReference(NegativePowersOfTen), count);
        number = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits((float)value) | (sign << 31));
        return others == 0 && Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref origin, end - count - 2)) == ZeroPoint && !IsNearMiddle(value);
    }

    // A number of another form; false when it is none, or does not reach the comma: the loop around says what is wrong with it.
    private static bool TryReadOther(ReadOnlySpan<byte> text, int at, int end, out float number)
    {
        at = SkipSpaces(text, at);
        number = 0;
        return at < end && (text[at] == '-' || char.IsAsciiDigit((char)text[at])) && SkipSpaces(text, ReadAnyNumber(text, at, out number)) == end;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsNearMiddle(double value) =>
        ((BitConverter.DoubleToInt64Bits(value) & DroppedBits) - Middle) is >= -Tolerance and <= Tolerance;

    // Where the number ends.
    private static int ReadAnyNumber(ReadOnlySpan<byte> text, int at, out float number)
    {
        var start = at;
        var isNegative = At(text, at) == '-';
        at += isNegative ? 1 : 0;

        ulong mantissa = 0;
        var digits = 0;
        var exponent = 0;
        var first = at;
        at = ReadDigits(text, at, ref mantissa, ref digits, ref exponent, isFraction: false);
        if (at == first || (text[first] == '0' && at - first > 1))
        {
            throw NoNumber(start); // no digit, or a leading zero
        }

        if (At(text, at) == '.')
        {
            first = ++at;
            at = ReadDigits(text, at, ref mantissa, ref digits, ref exponent, isFraction: true);
            if (at == first)
            {
                throw NoNumber(start);
            }
        }

        if ((At(text, at) | 0x20) == 'e')
        {
            at = ReadExponent(text, at + 1, start, ref exponent);
        }

        if (!Combine(mantissa, exponent, isNegative, out number))
        {
            number = ParseSlowly(text[start..at]);
        }

        return at;
    }

    // Leading zeros are no significant digits; digits beyond what fits into 64 bits only move the point.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ReadDigits(ReadOnlySpan<byte> text, int at, ref ulong mantissa, ref int digits, ref int exponent, bool isFraction)
    {
        var first = at;
        while (mantissa == 0 && At(text, at) == '0')
        {
            at++;
        }

        while (digits <= MaxDigits - 8 && at + 8 <= text.Length && TryReadEight(BinaryPrimitives.ReadUInt64LittleEndian(text[at..]), out var eight))
        {
            mantissa = (mantissa * 100_000_000) + eight;
            digits += 8;
            at += 8;
        }

        var beyond = 0;
        for (; at < text.Length && text[at] - (uint)'0' is <= 9 and var digit; at++)
        {
            if (digits < MaxDigits)
            {
                mantissa = (mantissa * 10) + digit;
                digits++;
            }
            else
            {
                beyond++;
            }
        }

        exponent += beyond - (isFraction ? at - first : 0);
        return at;
    }

    // Eight ASCII digits at once: each step adds neighbours, weighted by their place.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryReadEight(ulong text, out ulong value)
    {
        value = 0;
        if (((text & 0xF0F0F0F0F0F0F0F0) | (((text + 0x0606060606060606) & 0xF0F0F0F0F0F0F0F0) >> 4)) != 0x3333333333333333)
        {
            return false;
        }

        value = Eight(text - Zeros);
        return true;
    }

    // Eight values of a digit each, the first in the lowest byte.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Eight(ulong values)
    {
        values = (values * 10) + (values >> 8);
        return (((values & 0x000000FF000000FF) * (100 + (1_000_000UL << 32))) + (((values >> 16) & 0x000000FF000000FF) * (1 + (10_000UL << 32)))) >> 32;
    }

    private static int ReadExponent(ReadOnlySpan<byte> text, int at, int start, ref int exponent)
    {
        var isNegative = At(text, at) == '-';
        at += At(text, at) is '-' or '+' ? 1 : 0;
        var first = at;
        var value = 0;
        for (; at < text.Length && text[at] - (uint)'0' is <= 9 and var digit; at++)
        {
            value = Math.Min((value * 10) + (int)digit, 100_000);
        }

        exponent += isNegative ? -value : value;
        return at == first ? throw NoNumber(start) : at;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Combine(ulong mantissa, int exponent, bool isNegative, out float number)
    {
        if (mantissa == 0)
        {
            number = isNegative ? -0f : 0f;
            return true;
        }

        if (exponent is < -22 or > 22)
        {
            number = 0;
            return false;
        }

        var value = exponent < 0 ? mantissa / PowersOfTen[-exponent] : mantissa * PowersOfTen[exponent];
        number = (float)(isNegative ? -value : value);
        return !IsNearMiddle(value) && value is >= 1.2e-38 and <= 3.4e38;
    }

    private static float ParseSlowly(ReadOnlySpan<byte> number) =>
        float.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && float.IsFinite(value)
            ? value
            : throw new JsonException("A number of an embedding does not fit into a 32-bit float.");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int SkipSpaces(ReadOnlySpan<byte> text, int at)
    {
        if ((uint)at < (uint)text.Length && text[at] > ' ')
        {
            return at;
        }

        while (at < text.Length && text[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            at++;
        }

        return at;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int At(ReadOnlySpan<byte> text, int at) => (uint)at < (uint)text.Length ? text[at] : -1;

    private static JsonException NoNumber(int at) =>
        new(string.Create(CultureInfo.InvariantCulture, $"Expected a number in an embedding at byte {at} of its list."));

    private static void Return(float[]? rented)
    {
        if (rented is not null)
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }
}
