using System.Text;
using CsCheck;
using Mlflow.Deployments.Errors;

namespace Mlflow.Deployments.Tests.Errors;

public class ServerErrorTests
{
    [TestCase("""{"detail":"The endpoint 'x' is not present"}""", null, "The endpoint 'x' is not present")]
    [TestCase("""{"error_code":"INVALID_PARAMETER_VALUE","message":"bad token"}""", "INVALID_PARAMETER_VALUE", "bad token")]
    [TestCase("""{"detail":{"error_code":"BAD_REQUEST","message":"no"}}""", "BAD_REQUEST", "no")]
    [TestCase("""{"detail":{"message":"just text"}}""", null, "just text")]
    [TestCase("""{"detail":[{"loc":["body","messages"],"msg":"Field required","type":"missing"},{"loc":["body","n"],"msg":"too small","type":"greater_than_equal"}]}""", null, "messages: Field required; n: too small")]
    [TestCase("""{"error":"Rate limit exceeded: 1 per 1 minute"}""", null, "Rate limit exceeded: 1 per 1 minute")]
    [TestCase("""{"error":{"message":"Incorrect API key","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}""", "invalid_api_key", "Incorrect API key")]
    [TestCase("""{"error":{"message":"overloaded","type":"server_error","code":null}}""", "server_error", "overloaded")]
    [TestCase("""[{"error":{"code":400,"message":"API key not valid","status":"INVALID_ARGUMENT"}}]""", null, "API key not valid")]
    [TestCase("""{"error":{"code":503,"message":"busy"}}""", "503", "busy")]
    [TestCase("\"just a string\"", null, "just a string")]
    [TestCase("<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>", null, "502 Bad Gateway")]
    [TestCase("  <h1>Oops &amp; sorry</h1><script>x()</script>", null, "Oops & sorry")]
    [TestCase("upstream\n  connect   error", null, "upstream connect error")]
    [TestCase("{\"detail\": \"cut off", null, "{\"detail\": \"cut off")]
    [TestCase("", null, null)]
    [TestCase(" \r\n", null, null)]
    [TestCase("{}", null, null)]
    [TestCase("null", null, null)]
    [TestCase("\uFEFF{\"detail\":\"with a BOM\"}", null, "with a BOM")]
    public void Parse_finds_code_and_words_in_every_form(string body, string? code, string? message)
    {
        var error = ServerError.Parse(Encoding.UTF8.GetBytes(body));

        Assert.That((error.Code, error.Message), Is.EqualTo((code, message)));
    }

    [Test]
    public void Parse_shortens_what_is_too_long() =>
        Assert.That(ServerError.Parse(Encoding.UTF8.GetBytes(new string('x', 5000))).Message, Has.Length.EqualTo(1001));

    [Test]
    public void Parse_tells_how_many_problems_it_leaves_out()
    {
        var problems = string.Join(',', Enumerable.Range(0, 8).Select(i => $$"""{"loc":["body",{{i}}],"msg":"p"}"""));

        Assert.That(ServerError.Parse(Encoding.UTF8.GetBytes($$"""{"detail":[{{problems}}]}""")).Message, Does.EndWith("4: p; and 3 more"));
    }

    [TestCase("{\"message\":\"half \\ud83d\"}")]
    [TestCase("{\"error_code\":\"\\udc00\"}")]
    public void Parse_of_JSON_with_half_a_character_shows_the_text(string body) =>
        Assert.That(ServerError.Parse(Encoding.UTF8.GetBytes(body)), Is.EqualTo(new ServerError(null, body)));

    [Test]
    public void Parse_of_JSON_in_another_encoding_shows_the_text() =>
        Assert.That(ServerError.Parse(Encoding.Latin1.GetBytes("{\"message\":\"größer\"}")).Message, Does.StartWith("{\"message\":\"gr"));

    [Test]
    public void Parse_of_any_bytes_does_not_throw() =>
        Gen.Byte.Array[0, 200].Sample(body => ServerError.Parse(body), iter: PropertyRuns.AtMost(2000));
}
