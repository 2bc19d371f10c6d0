namespace Mlflow.Deployments.Testing;

/// <summary>Makes vectors without a model: the same text always has the same vector, and texts that share words have similar ones.</summary>
/// <remarks>
/// Each word, in lower case, stands for a direction of its own; a text is the sum of its words, brought to length 1. So the order of words does not
/// matter, words of the same meaning are strangers to each other, and texts without a common word are near 0 when the dimension is large.
/// </remarks>
public static class FakeVectors
{
    /// <summary>Makes the vector of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="dimension">The length of the vector, at least 1.</param>
    /// <returns>A vector of that many numbers whose Euclidean length is 1.</returns>
    public static ReadOnlyMemory<float> Of(string text, int dimension = Defaults.Dimension)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        var sum = new double[dimension];
        var words = text.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        foreach (var word in words.Length == 0 ? [string.Empty] : words)
        {
            AddDirection(sum, word.Trim('.', ',', ';', ':', '!', '?', '"', '(', ')'));
        }

        var length = Math.Sqrt(sum.Sum(number => number * number));
        return Array.ConvertAll(sum, number => (float)(length > 0 ? number / length : 1 / Math.Sqrt(dimension)));
    }

    private static void AddDirection(double[] sum, string word)
    {
        var state = Hash(word);
        for (var i = 0; i < sum.Length; i++)
        {
            // SplitMix64: well mixed, and the same on every machine and runtime.
            state += 0x9E3779B97F4A7C15;
            var mixed = state;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            mixed ^= mixed >> 31;
            sum[i] += ((mixed >> 11) / (double)(1UL << 52)) - 1;
        }
    }

    // FNV-1a: string.GetHashCode differs from run to run.
    private static ulong Hash(string word)
    {
        var hash = 0xCBF29CE484222325;
        foreach (var letter in word)
        {
            hash = (hash ^ letter) * 0x100000001B3;
        }

        return hash;
    }
}
