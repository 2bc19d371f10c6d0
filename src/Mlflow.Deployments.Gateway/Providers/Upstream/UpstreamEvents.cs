using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Text.Unicode;
using Mlflow.Deployments.Gateway.Json;

namespace Mlflow.Deployments.Gateway.Providers.Upstream;

/// <summary>Reads the events of an upstream and hands them on translated, each before it waits for the next.</summary>
internal static class UpstreamEvents
{
    /// <summary>Reads to the end. The response and the deadline are disposed with the enumerator.</summary>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        HttpResponseMessage response, StreamFraming framing, StreamTranslator translator, ProviderCall call, UpstreamDeadline deadline)
    {
        using var deadlineScope = deadline;
        using var responseScope = response;
        using var batch = new EventBatch();
        await using var stream = new UpstreamStream(await response.Content.ReadAsStreamAsync(deadline.Token), framing.IsText, call, deadline);
        await foreach (SseItem<bool> item in framing.ReadAsync(stream, call, (type, data) => Take(translator, type, data, batch, call), deadline.Token))
        {
            for (int i = 0; i < batch.Count; i++)
            {
                yield return batch[i];
            }

            batch.Clear();
            if (item.Data)
            {
                yield break;
            }
        }
        if (!translator.IsComplete)
        {
            throw UpstreamFailures.BrokenOff(call);
        }
    }

    /// <returns>Whether this was the end mark.</returns>
    private static bool Take(StreamTranslator translator, string type, ReadOnlySpan<byte> data, EventBatch batch, ProviderCall call)
    {
        if (data.SequenceEqual("[DONE]"u8))
        {
            return true;
        }

        if (!Utf8.IsValid(data))
        {
            throw UpstreamFailures.Unreadable(call, "an event is not UTF-8");
        }

        if (type == "error")
        {
            throw UpstreamFailures.Reported(call, UpstreamError.FromEvent(data.ToArray()));
        }

        try
        {
            translator.Take(type, data, batch);
        }
        catch (JsonException)
        {
            // Providers put noise between events; MLflow's gateway skips it as well.
            batch.Discard();
        }
        catch (UnexpectedShapeException e)
        {
            throw UpstreamFailures.ReportedOr(data.ToArray(), call, e);
        }
        return false;
    }
}
