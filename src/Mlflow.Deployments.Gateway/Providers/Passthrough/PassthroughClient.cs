using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.Passthrough;

/// <summary>Sends requests in a provider's own format, and hands the answer over as it comes, compressed or not.</summary>
internal sealed class PassthroughClient(UpstreamPools pools, UpstreamTimeouts defaults, TimeProvider timeProvider)
{
    /// <exception cref="ProviderException">There is no answer.</exception>
    public async Task<PassthroughAnswer> SendAsync(ProviderCall call, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        UpstreamTimeouts timeouts = defaults.For(call.Endpoint);
        var deadline = new UpstreamDeadline(timeouts, timeProvider, cancellationToken);
        HttpResponseMessage? response = null;
        try
        {
            response = await pools.For(timeouts.Connect, isRaw: true).SendAsync(request, deadline.Token);
            deadline.Restart();
            if ((int)response.StatusCode < StatusCodes.Status200OK)
            {
                // 101 would make another protocol of the client's connection.
                throw UpstreamFailures.Unreadable(call, $"its status is {(int)response.StatusCode}");
            }

            var answer = new PassthroughAnswer(call, response, await response.Content.ReadAsStreamAsync(deadline.Token), deadline);
            // From here on the answer owns both.
            (response, deadline) = (null, null!);
            return answer;
        }
        catch (Exception e) when (UpstreamFailures.IsOfSending(e, deadline))
        {
            throw UpstreamFailures.OfSending(e, call, timeouts.Connect, deadline);
        }
        finally
        {
            response?.Dispose();
            deadline?.Dispose();
        }
    }
}
