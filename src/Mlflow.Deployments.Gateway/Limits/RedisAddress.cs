using System.Globalization;
using StackExchange.Redis;

namespace Mlflow.Deployments.Gateway.Limits;

/// <summary>An address such as <c>redis://user:password@host:6379/0</c>; <c>rediss://</c> is the same with TLS.</summary>
internal static class RedisAddress
{
    private const int DefaultPort = 6379;

    /// <summary>Long enough for a server that is there; a request must not wait for one that is not.</summary>
    private const int TimeoutMilliseconds = 1000;

    /// <summary>Whether the text is such an address.</summary>
    public static bool IsValid(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri is { Scheme: "redis" or "rediss", Host.Length: > 0 } && Database(uri) is not null;

    public static ConfigurationOptions Parse(string text)
    {
        var uri = new Uri(text);
        var options = new ConfigurationOptions
        {
            EndPoints = { { uri.Host, uri.Port > 0 ? uri.Port : DefaultPort } },
            Ssl = uri.Scheme == "rediss",
            DefaultDatabase = Database(uri),
            // The gateway starts without it, and finds it when it comes.
            AbortOnConnectFail = false,
            BacklogPolicy = BacklogPolicy.FailFast,
            ConnectTimeout = TimeoutMilliseconds,
            AsyncTimeout = TimeoutMilliseconds,
            ReconnectRetryPolicy = new LinearRetry(TimeoutMilliseconds),
        };
        string[] account = uri.UserInfo.Split(':', 2);
        if (account.Length == 2)
        {
            options.User = account[0].Length > 0 ? Uri.UnescapeDataString(account[0]) : null;
            options.Password = Uri.UnescapeDataString(account[1]);
        }

        return options;
    }

    private static int? Database(Uri uri)
    {
        string path = uri.AbsolutePath.Trim('/');
        return path.Length == 0 ? 0 : int.TryParse(path, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
    }
}
