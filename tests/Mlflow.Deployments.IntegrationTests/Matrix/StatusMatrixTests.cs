namespace Mlflow.Deployments.IntegrationTests.Matrix;

/// <summary>Every status, in every form of body, to every kind of call, with every setting of retries: what is thrown, what it says, and how often the server was asked.</summary>
[CancelAfter(10_000)]
public class StatusMatrixTests
{
    [Test]
    public async Task A_call_that_is_refused_throws_its_kind_with_the_servers_words_after_so_many_requests(
        [ValueSource(typeof(StatusRow), nameof(StatusRow.All))] StatusRow row,
        [ValueSource(typeof(BodyShape), nameof(BodyShape.All))] BodyShape shape,
        [ValueSource(typeof(MatrixCall), nameof(MatrixCall.All))] MatrixCall call,
        [ValueSource(typeof(RetrySetting), nameof(RetrySetting.All))] RetrySetting retries,
        CancellationToken token)
    {
        using var server = new CountingHandler(row.Status, shape.Body, shape.ContentType);
        using var http = new HttpClient(server);
        using var client = new DeployClient(http, retries.ToOptions());

        var failure = (await Assert.CatchAsync<DeployException>(() => call.MakeAsync(client, token)))!;

        Assert.Multiple(() =>
        {
            Assert.That(failure, Is.TypeOf(call.IsReading ? row.OfList : row.OfEndpoint));
            Assert.That((int?)failure.StatusCode, Is.EqualTo(row.Status));
            Assert.That(failure.IsTransient, Is.EqualTo(row.IsTransient));
            Assert.That(failure.ErrorCode, Is.EqualTo(shape.Code));
            Assert.That(failure.ResponseBody ?? string.Empty, Is.EqualTo(shape.Body));
            Assert.That(failure.Message, Does.StartWith($"{call.Subject} returned {row.Status} (").And.Contain(shape.Words ?? ")."));
            Assert.That(server.Requests, Is.EqualTo(retries.Requests(row.Again, call.IsReading)));
        });
    }
}
