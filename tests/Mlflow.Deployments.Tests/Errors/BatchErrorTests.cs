using System.Net;
using Mlflow.Deployments.Embeddings.Batches;
using Mlflow.Deployments.Errors;

namespace Mlflow.Deployments.Tests.Errors;

public class BatchErrorTests
{
    private static readonly DeployException Cause = new("The server says no.")
    {
        StatusCode = HttpStatusCode.BadRequest,
        ErrorCode = "E_1",
        RequestId = "r-1",
        ResponseBody = "no",
        RateLimit = new() { RequestLimit = 9 },
    };

    private static readonly TestCaseData[] Texts =
    [
        new("short", "short"),
        new(string.Empty, string.Empty),
        new(new string('x', 40), new string('x', 40)),
        new(new string('x', 41), new string('x', 40) + "…"),
        new("two\r\nlines\tand a tab", "two  lines and a tab"),
        new(new string('x', 39) + "😀", new string('x', 39) + "…"),
        new(new string('x', 38) + "😀", new string('x', 38) + "😀"),
        new(new string('x', 38) + "😀x", new string('x', 38) + "😀…"),
    ];

    [TestCaseSource(nameof(Texts))]
    public void Refused_text_is_shown_on_one_line_and_never_with_half_a_character(string text, string shown)
    {
        var failure = BatchErrors.Refused(7, new TextSlot(7, text) { Failure = Cause }, "e");

        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Is.EqualTo($"Text 7 (\"{shown}\") cannot be embedded by endpoint 'e'. The server says no."));
            Assert.That(failure.TextIndex, Is.EqualTo(7));
            AssertTellsTheCause(failure);
        });
    }

    [Test]
    public void Endpoint_that_takes_nothing_tells_how_much_it_was_asked()
    {
        var failure = BatchErrors.AllRefused(32, Cause, "e");

        Assert.Multiple(() =>
        {
            Assert.That(failure.Message, Is.EqualTo("Endpoint 'e' has refused 32 texts and taken none, so that it is not about single texts. The server says no."));
            Assert.That(failure.TextIndex, Is.Null);
            AssertTellsTheCause(failure);
        });
    }

    [Test]
    public void Answer_that_does_not_fit_names_its_endpoint() => Assert.Multiple(() =>
    {
        Assert.That(BatchErrors.Misfit("e", $"has {1} vector"), Has.Message.EqualTo("The answer of endpoint 'e' does not fit the texts: it has 1 vector.").And.Property("Endpoint").EqualTo("e"));
        Assert.That(BatchErrors.NotFinite("e"), Has.Message.EqualTo("The vector that endpoint 'e' sent for it holds NaN or an infinity.").And.Property("Endpoint").EqualTo("e"));
    });

    private static void AssertTellsTheCause(DeployException failure)
    {
        Assert.That(failure.InnerException, Is.SameAs(Cause));
        Assert.That((failure.StatusCode, failure.ErrorCode, failure.RequestId, failure.ResponseBody, failure.Endpoint), Is.EqualTo((HttpStatusCode.BadRequest, "E_1", "r-1", "no", "e")));
        Assert.That(failure.RateLimit, Is.EqualTo(Cause.RateLimit));
    }
}
