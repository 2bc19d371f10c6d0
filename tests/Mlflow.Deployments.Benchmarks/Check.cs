using Mlflow.Deployments.Benchmarks.Cases;

namespace Mlflow.Deployments.Benchmarks;

/// <summary>Runs every case once and compares the two sides: a benchmark of a wrong answer is worth nothing.</summary>
internal static class Check
{
    public static async Task AllAsync()
    {
        using var chat = new ChatCall();
        Same(nameof(ChatCall), await chat.LimitAsync(), await chat.ClientAsync());
        foreach (var chunks in StreamCall.Lengths)
        {
            using var stream = new StreamCall { Chunks = chunks };
            stream.Prepare();
            Same($"{nameof(StreamCall)} of {chunks}", await stream.LimitAsync(), await stream.ClientAsync());
        }

        using var floats = new EmbedFloats();
        Same(nameof(EmbedFloats), await floats.LimitAsync(), await floats.ClientAsync());
        using var base64 = new EmbedBase64();
        Same(nameof(EmbedBase64), await base64.LimitAsync(), await base64.ClientAsync());
        using var batches = new EmbedBatches();
        Same(nameof(EmbedBatches), await batches.LimitAsync(), await batches.ClientAsync());
        var parse = new SseParse();
        Same(nameof(SseParse), await parse.LimitAsync(), await parse.ClientAsync());
    }

    private static void Same<T>(string name, T limit, T client)
    {
        if (!EqualityComparer<T>.Default.Equals(limit, client))
        {
            throw new InvalidOperationException($"{name}: the limit gives {limit}, the client {client}.");
        }

        Console.WriteLine($"{name}: both give {limit}");
    }
}
