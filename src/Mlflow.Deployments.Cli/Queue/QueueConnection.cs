using StackExchange.Redis;

namespace Mlflow.Deployments.Cli.Queue;

/// <summary>Connects to Redis by a URL.</summary>
internal static class QueueConnection
{
    /// <exception cref="CommandException">The URL cannot be used, or Redis cannot be reached.</exception>
    public static async Task<ConnectionMultiplexer> OpenAsync(string url)
    {
        var options = OptionsOf(url);
        try
        {
            return await ConnectionMultiplexer.ConnectAsync(options);
        }
        catch (Exception e) when (IsLost(e))
        {
            throw new CommandException($"Redis cannot be reached at {string.Join(", ", options.EndPoints)}; check --queue, the network, and the password.");
        }
    }

    /// <summary>Tells whether an exception is about Redis or the way to it.</summary>
    public static bool IsLost(Exception exception) => exception is RedisException or TimeoutException;

    // redis[s]://[[user]:password@]host[:port][/database]
    private static ConfigurationOptions OptionsOf(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("redis" or "rediss") || uri.Host.Length == 0
            || !int.TryParse(uri.AbsolutePath.Trim('/') is { Length: > 0 } path ? path : "0", System.Globalization.CultureInfo.InvariantCulture, out var database))
        {
            throw CommandException.Usage("--queue must be redis://[user:password@]host[:port][/database], or rediss:// with TLS.");
        }

        var options = new ConfigurationOptions { Ssl = uri.Scheme == "rediss", DefaultDatabase = database, ClientName = "mlflow-deployments" };
        options.EndPoints.Add(uri.Host, uri.Port > 0 ? uri.Port : 6379);
        if (uri.UserInfo.Length > 0)
        {
            var parts = uri.UserInfo.Split(':', 2);
            options.User = parts.Length == 2 && parts[0].Length > 0 ? Uri.UnescapeDataString(parts[0]) : null;
            options.Password = Uri.UnescapeDataString(parts[^1]);
        }

        return options;
    }
}
