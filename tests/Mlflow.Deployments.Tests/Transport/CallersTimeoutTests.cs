using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Tests.Support;

namespace Mlflow.Deployments.Tests.Transport;

[CancelAfter(10_000)]
public class CallersTimeoutTests
{
    [Test]
    public async Task Timeout_of_the_callers_own_client_is_told_with_its_name_and_limit([Values] bool isStream, CancellationToken token)
    {
        using var http = new HttpClient(new StubHandler(async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            throw new InvalidOperationException("not reached");
        })) { Timeout = TimeSpan.FromMilliseconds(20) };
        using var client = new DeployClient(http, new() { Target = "http://gateway.test", Dialect = DeployDialect.MlflowGateway });

        Task call = isStream ? client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToListAsync(token).AsTask() : client.PredictAsync("chat", new ChatRequest("x"), token);

        var failure = await Assert.ThrowsAsync<DeployTimeoutException>(() => call);
        Assert.That((failure!.OptionName, failure.Limit), Is.EqualTo(("HttpClient.Timeout", TimeSpan.FromMilliseconds(20))));
    }
}
