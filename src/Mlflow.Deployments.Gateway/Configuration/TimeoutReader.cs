using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace Mlflow.Deployments.Gateway.Configuration;

/// <summary>Reads the <c>timeouts</c> of an endpoint: seconds, each above zero.</summary>
internal static class TimeoutReader
{
    private const string Key = "timeouts";

    public static TimeoutConfig? Read(string owner, YamlMappingNode item, ConfigurationProblems problems)
    {
        YamlNode? node = item.Get(Key);
        if (node is null)
        {
            return null;
        }

        if (node is not YamlMappingNode timeouts)
        {
            problems.Add(owner, Key, "must be a mapping with connect, first_byte, idle or total, in seconds", node);
            return null;
        }
        KnownKeys.Check(problems, owner, "timeouts.", timeouts, "connect", "first_byte", "idle", "total");
        return new TimeoutConfig(Seconds("connect"), Seconds("first_byte"), Seconds("idle"), Seconds("total"));

        TimeSpan? Seconds(string key)
        {
            YamlNode? value = timeouts.Get(key);
            if (value is null)
            {
                return null;
            }

            double maximum = GatewayOptions.Defaults.MaxUpstreamTimeout.TotalSeconds;
            if (double.TryParse(value.AsText(), NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds)
                && seconds >= GatewayOptions.Defaults.MinUpstreamTimeout.TotalSeconds && seconds <= maximum)
            {
                return TimeSpan.FromSeconds(seconds);
            }

            problems.Add(owner, $"timeouts.{key}", string.Create(CultureInfo.InvariantCulture, $"must be a number of seconds from 0.001 to {maximum}"), value);
            return null;
        }
    }
}
