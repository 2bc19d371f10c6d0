using Mlflow.Deployments.IntegrationTests.Fakes;

namespace Mlflow.Deployments.IntegrationTests.Matrix;

/// <summary>Servers that give no answer at all, over real sockets: to every kind of call, with every setting of retries.</summary>
[CancelAfter(10_000)]
public class NoAnswerMatrixTests
{
    [Test]
    public async Task A_refused_connection_is_tried_again_by_every_call(
        [ValueSource(typeof(MatrixCall), nameof(MatrixCall.All))] MatrixCall call, [ValueSource(typeof(RetrySetting), nameof(RetrySetting.All))] RetrySetting retries, CancellationToken token)
    {
        var server = await FaultServer.AnsweringAsync("{}");
        await server.DisposeAsync();

        var (failure, requests) = await FailureOfAsync(server, call, retries, token);

        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Does.StartWith(call.Subject).And.Contain("no connection could be made"));
            Assert.That(requests, Is.EqualTo(retries.Requests(SentAgain.Always, call.IsReading)));
        });
    }

    [Test]
    public async Task A_connection_that_closes_without_an_answer_is_tried_again_where_nothing_is_paid_twice(
        [ValueSource(typeof(MatrixCall), nameof(MatrixCall.All))] MatrixCall call, [ValueSource(typeof(RetrySetting), nameof(RetrySetting.All))] RetrySetting retries, CancellationToken token)
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });

        var (failure, requests) = await FailureOfAsync(server, call, retries, token);

        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Does.StartWith(call.Subject).And.Contain("may have been worked on"));
            Assert.That(requests, Is.EqualTo(retries.Requests(SentAgain.ReadingOrAsMlflow, call.IsReading)));
            Assert.That(server.Targets, Has.Exactly(requests).Items);
        });
    }

    private static async Task<(DeployConnectionException Failure, int Requests)> FailureOfAsync(FaultServer server, MatrixCall call, RetrySetting retries, CancellationToken token)
    {
        using var counting = new CountingHandler(new SocketsHttpHandler());
        using var http = new HttpClient(counting);
        var options = retries.ToOptions();
        options.Target = server.Address;
        using var client = new DeployClient(http, options);
        var failure = (await Assert.ThrowsAsync<DeployConnectionException>(() => call.MakeAsync(client, token)))!;
        Assert.That((failure.StatusCode, failure.IsTransient), Is.EqualTo(((System.Net.HttpStatusCode?)null, true)));
        return (failure, counting.Requests);
    }
}
