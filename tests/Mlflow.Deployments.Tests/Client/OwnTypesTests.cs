using System.Text.Json;
using System.Text.Json.Serialization;
using Mlflow.Deployments.Tests.Support;

namespace Mlflow.Deployments.Tests.Client;

/// <summary>Calls with types of the caller's own: a model server's <c>dataframe_split</c> and <c>predictions</c>.</summary>
[CancelAfter(10_000)]
public partial class OwnTypesTests
{
    private static readonly Frame Request = new(new(["height", "weight"], [[1.5, 60], [1.75, 80.5]]));

    [Test]
    public async Task PredictAsync_sends_and_reads_them_with_the_callers_context(CancellationToken token)
    {
        var handler = new StubHandler(_ => Clients.Json("""{"predictions":[0.25,1]}"""));
        using var client = Clients.Answering(handler);

        var answer = await client.PredictAsync("bmi", Request, ModelJson.Default.Frame, ModelJson.Default.Answer, token);

        Assert.Multiple(() =>
        {
            Assert.That(answer.Predictions, Is.EqualTo(new[] { 0.25, 1 }));
            Assert.That(handler.Requests, Is.EqualTo(new[] { "POST /gateway/bmi/invocations" }));
            Assert.That(handler.Bodies, Is.EqualTo(new[] { """{"dataframe_split":{"columns":["height","weight"],"data":[[1.5,60],[1.75,80.5]]}}""" }));
        });
    }

    [Test]
    public async Task PredictAsync_whose_answer_has_another_form_throws(CancellationToken token)
    {
        using var client = Clients.AnsweringJson("""{"predictions":"none"}""");

        var failure = await Assert.ThrowsAsync<DeployException>(() => client.PredictAsync("bmi", Request, ModelJson.Default.Frame, ModelJson.Default.Answer, token));

        Assert.Multiple(() =>
        {
            Assert.That(failure!.InnerException, Is.InstanceOf<JsonException>());
            Assert.That(failure!.ResponseBody, Is.EqualTo("""{"predictions":"none"}"""));
        });
    }

    [Test]
    public async Task PredictAsync_that_is_refused_throws_as_every_call_does(CancellationToken token)
    {
        using var client = Clients.Answering(new StubHandler(_ => Clients.Json("""{"error_code":"BAD_REQUEST","message":"column 'age' is missing"}""", System.Net.HttpStatusCode.BadRequest)));

        var failure = await Assert.ThrowsAsync<DeployRequestException>(() => client.PredictAsync("bmi", Request, ModelJson.Default.Frame, ModelJson.Default.Answer, token));

        Assert.That((failure!.ErrorCode, failure.Endpoint), Is.EqualTo(("BAD_REQUEST", "bmi")));
    }

    [Test]
    public void PredictAsync_refuses_nulls_and_numbers_that_JSON_does_not_have_at_the_call()
    {
        using var client = Clients.AnsweringJson("{}");

        Assert.Multiple(() =>
        {
            Assert.That(() => { _ = client.PredictAsync("e", null!, ModelJson.Default.Frame, ModelJson.Default.Answer); }, Throws.ArgumentNullException.With.Property("ParamName").EqualTo("request"));
            Assert.That(() => { _ = client.PredictAsync("e", Request, null!, ModelJson.Default.Answer); }, Throws.ArgumentNullException.With.Property("ParamName").EqualTo("requestType"));
            Assert.That(() => { _ = client.PredictAsync<Frame, Answer>("e", Request, ModelJson.Default.Frame, null!); }, Throws.ArgumentNullException.With.Property("ParamName").EqualTo("responseType"));
            Assert.That(() => { _ = client.PredictAsync(" ", Request, ModelJson.Default.Frame, ModelJson.Default.Answer); }, Throws.ArgumentException.With.Property("ParamName").EqualTo("endpoint"));
            Assert.That(
                () => { _ = client.PredictAsync("e", new Frame(new(["x"], [[double.NaN]])), ModelJson.Default.Frame, ModelJson.Default.Answer); },
                Throws.ArgumentException.With.Property("ParamName").EqualTo("request"));
        });
    }

    [Test]
    public async Task PredictAsync_on_OpenAI_takes_the_route_and_the_model_of_what_is_in_it(CancellationToken token)
    {
        var handler = new StubHandler(_ => Clients.Json("""{"predictions":[]}"""));
        using var client = Clients.Answering(handler, new() { Dialect = DeployDialect.OpenAI });

        await client.PredictAsync("ada", new Embed("theirs", ["x"]), ModelJson.Default.Embed, ModelJson.Default.Answer, token);
        await client.PredictAsync("ada", new Embed(null, ["x"]), ModelJson.Default.Embed, ModelJson.Default.Answer, token);

        Assert.Multiple(() =>
        {
            Assert.That(handler.Requests, Is.EqualTo(new[] { "POST /embeddings", "POST /embeddings" }));
            Assert.That(handler.Bodies, Is.EqualTo(new[] { """{"model":"theirs","input":["x"]}""", """{"model":"ada","input":["x"]}""" }));
        });
    }

    [Test]
    public void PredictAsync_refuses_a_request_that_holds_itself()
    {
        using var client = Clients.AnsweringJson("{}");
        var loop = new List<object>();
        loop.Add(loop);

        Assert.That(
            () => { _ = client.PredictAsync("e", new Loop(loop), ModelJson.Default.Loop, ModelJson.Default.Answer); },
            Throws.ArgumentException.With.Property("ParamName").EqualTo("request"));
    }

    internal sealed record Embed([property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Model, IReadOnlyList<string> Input);

    internal sealed record Loop(List<object> Items);

    internal sealed record Frame(Table DataframeSplit);

    internal sealed record Table(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<double>> Data);

    internal sealed record Answer(IReadOnlyList<double> Predictions);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
    [JsonSerializable(typeof(Frame))]
    [JsonSerializable(typeof(Answer))]
    [JsonSerializable(typeof(Embed))]
    [JsonSerializable(typeof(Loop))]
    internal sealed partial class ModelJson : JsonSerializerContext;
}
