using YamlDotNet.RepresentationModel;

namespace Mlflow.Deployments.Gateway.Configuration;

/// <summary>Warns of keys that nothing reads: MLflow ignores them, but most are slips, and a limit that is misspelt does not limit.</summary>
internal static class KnownKeys
{
    /// <summary>The most letters that a slip may differ in.</summary>
    private const int MaxDistance = 2;

    public static void Check(ConfigurationProblems problems, string owner, string prefix, YamlMappingNode mapping, params ReadOnlySpan<string> known)
    {
        foreach (YamlNode node in mapping.Children.Keys)
        {
            string key = node.AsText() ?? "";
            if (known.Contains(key))
            {
                continue;
            }

            string remedy = Nearest(key, known) is { } nearest ? $"did you mean '{nearest}'?" : $"known are {string.Join(", ", known!)}";
            problems.Warn(owner, prefix + key, $"is not known and is ignored; {remedy}", node);
        }
    }

    private static string? Nearest(string key, ReadOnlySpan<string> known)
    {
        string? nearest = null;
        int least = MaxDistance + 1;
        foreach (string candidate in known)
        {
            int distance = Distance(key, candidate);
            if (distance < least && distance < candidate.Length)
            {
                (nearest, least) = (candidate, distance);
            }
        }
        return nearest;
    }

    /// <summary>Letters to change, add, take away or swap with the next one.</summary>
    private static int Distance(string first, string second)
    {
        var table = new int[first.Length + 1, second.Length + 1];
        for (int i = 0; i <= first.Length; i++)
        {
            for (int j = 0; j <= second.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    table[i, j] = i + j;
                    continue;
                }
                int change = table[i - 1, j - 1] + (first[i - 1] == second[j - 1] ? 0 : 1);
                table[i, j] = Math.Min(change, Math.Min(table[i - 1, j], table[i, j - 1]) + 1);
                if (i > 1 && j > 1 && first[i - 1] == second[j - 2] && first[i - 2] == second[j - 1])
                {
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
                }
            }
        }
        return table[first.Length, second.Length];
    }
}
