using System.Globalization;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Telemetry;
using StackExchange.Redis;

namespace Mlflow.Deployments.Gateway.Limits;

/// <summary>Counts in Redis, for all gateways together. When Redis is away, requests are let through or refused, as the options say.</summary>
internal sealed class RedisRateLimiter : IRateLimiter
{
    /// <summary>Reads and counts in one step, so that no two gateways see the same last place. The period begins with its first call.</summary>
    private const string Script = """
        local count = tonumber(redis.call('GET', KEYS[1]) or '0')
        local left = redis.call('PTTL', KEYS[1])
        if count > 0 and left < 0 then
          redis.call('DEL', KEYS[1])
          count = 0
        end
        if count >= tonumber(ARGV[1]) then
          return {-1, left}
        end
        count = redis.call('INCR', KEYS[1])
        if count == 1 then
          redis.call('PEXPIRE', KEYS[1], ARGV[2])
          left = tonumber(ARGV[2])
        end
        return {tonumber(ARGV[1]) - count, left}
        """;

    private readonly ConnectionMultiplexer _connection;
    private readonly bool _failsOpen;
    private readonly ILogger _logger;
    private int _isAway;

    private RedisRateLimiter(ConnectionMultiplexer connection, bool failsOpen, ILogger logger)
    {
        _connection = connection;
        _failsOpen = failsOpen;
        _logger = logger;
    }

    /// <summary>Connects; a server that is away is tried again for as long as the limiter lives.</summary>
    public static async Task<RedisRateLimiter> ConnectAsync(string uri, bool failsOpen, ILogger logger) =>
        new(await ConnectionMultiplexer.ConnectAsync(RedisAddress.Parse(uri)), failsOpen, logger);

    public async ValueTask<RateLimitDecision> AdmitAsync(string endpoint, LimitConfig limit)
    {
        long length = (long)limit.Period.Length.TotalMilliseconds;
        string key = string.Create(CultureInfo.InvariantCulture, $"mlflow-gateway:limit:{endpoint}:{limit.Calls}:{length}");
        try
        {
            RedisResult result = await _connection.GetDatabase().ScriptEvaluateAsync(Script, [(RedisKey)key], [limit.Calls, length]);
            var values = (long[])result!;
            if (Interlocked.Exchange(ref _isAway, 0) == 1)
            {
                _logger.RateLimitStoreBack();
            }

            TimeSpan reset = TimeSpan.FromMilliseconds(Math.Max(0, values[1]));
            return values[0] < 0
                ? new RateLimitDecision(RateLimitVerdict.Exceeded, 0, reset)
                : new RateLimitDecision(RateLimitVerdict.Admitted, (int)values[0], reset);
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            if (Interlocked.Exchange(ref _isAway, 1) == 0)
            {
                _logger.RateLimitStoreAway(e.GetType().Name, _failsOpen ? "let through" : "refused");
            }

            return new RateLimitDecision(_failsOpen ? RateLimitVerdict.Uncounted : RateLimitVerdict.Unavailable, 0, default);
        }
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
