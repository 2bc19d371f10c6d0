using System.Runtime.CompilerServices;

namespace Mlflow.Deployments.Gateway.Providers.Embedded.Dev;

/// <summary>Answers as slowly as the settings ask for.</summary>
internal sealed class DevPacing(DevResponderSettings settings, TimeProvider time)
{
    /// <summary>Waits as long as it would take to write so many tokens.</summary>
    public Task WholeAsync(int tokens, CancellationToken cancellationToken)
    {
        TimeSpan total = settings.FirstTokenDelay + (settings.TokenDelay * Math.Max(0, tokens - 1));
        return total > TimeSpan.Zero ? Task.Delay(total, time, cancellationToken) : Task.CompletedTask;
    }

    /// <summary>Hands out chunks one by one: after the first delay the first, after a token's delay each other.</summary>
    public async IAsyncEnumerable<T> StreamAsync<T>(IEnumerable<T> chunks, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        TimeSpan delay = settings.FirstTokenDelay;
        foreach (T chunk in chunks)
        {
            if (delay > TimeSpan.Zero)
            {
                await Task.Delay(delay, time, cancellationToken);
            }

            cancellationToken.ThrowIfCancellationRequested();
            yield return chunk;
            delay = settings.TokenDelay;
        }
    }
}
