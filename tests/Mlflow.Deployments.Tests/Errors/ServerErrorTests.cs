using System.Text;
using System.Text.Json;
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

    [TestCase(1000, "")]
    [TestCase(1001, "…")]
    [TestCase(5000, "…")]
    public void Parse_shortens_what_is_longer_than_1000_characters(int length, string end) =>
        Assert.That(ServerError.Parse(Encoding.UTF8.GetBytes(new string('x', length))).Message, Is.EqualTo(new string('x', 1000) + end));

    [TestCase("""{"message":"m","msg":"x"}""", "m")]
    [TestCase("""{"msg":"m","detail":"x"}""", "m")]
    [TestCase("""{"detail":"m","error":"x"}""", "m")]
    [TestCase("""{"error":"m","error_description":"x"}""", "m")]
    [TestCase("""{"error_description":"m","errors":"x"}""", "m")]
    [TestCase("""{"errors":["m","n"],"reason":"x"}""", "m; n")]
    [TestCase("""{"reason":"m","title":"x"}""", "m")]
    [TestCase("""{"title":"m","type":"about:blank"}""", "m")]
    [TestCase("""{"message":"","detail":"m"}""", "m")]
    [TestCase("""{"message":5,"detail":{"reason":"m"}}""", "m")]
    [TestCase("""["",null,"m",{}]""", "m")]
    [TestCase("[]", null)]
    [TestCase("5", null)]
    public void Parse_takes_the_most_specific_words(string body, string? message) => Assert.That(ServerError.Parse(Encoding.UTF8.GetBytes(body)).Message, Is.EqualTo(message));

    [TestCase("""{"error_code":"A","code":"x"}""", "A")]
    [TestCase("""{"code":"A","error":{"code":"x"}}""", "A")]
    [TestCase("""{"error":{"code":"A"},"detail":{"code":"x"},"type":"x"}""", "A")]
    [TestCase("""{"detail":{"error_code":"A"},"type":"x"}""", "A")]
    [TestCase("""{"type":"A","message":"m"}""", "A")]
    [TestCase("""{"error_code":7}""", "7")]
    [TestCase("""{"error_code":null,"code":true,"type":[]}""", null)]
    [TestCase("""{"error":"words"}""", null)]
    public void Parse_takes_the_most_specific_code(string body, string? code) => Assert.That(ServerError.Parse(Encoding.UTF8.GetBytes(body)).Code, Is.EqualTo(code));

    [TestCase("""{"loc":["body","messages",0,"role"],"msg":"m"}""", "messages.0.role: m")]
    [TestCase("""{"loc":["query","n"],"msg":"m"}""", "query.n: m")]
    [TestCase("""{"loc":["body"],"msg":"m"}""", "m")]
    [TestCase("""{"loc":[],"msg":"m"}""", "m")]
    [TestCase("""{"loc":"body","msg":"m"}""", "m")]
    public void Parse_names_the_place_of_a_problem(string problem, string message) => Assert.That(ServerError.Parse(Encoding.UTF8.GetBytes($$"""{"detail":[{{problem}}]}""")).Message, Is.EqualTo(message));

    [TestCase("<HTML><TITLE lang='en'>Bad &lt;Gateway&gt;</TITLE></HTML>", "Bad <Gateway>")]
    [TestCase("<style>p { color: red }</style><p>Sorry,</p><SCRIPT>\nx()\n</SCRIPT><b>no</b>", "Sorry, no")]
    [TestCase("\n <p>late</p>", "late")]
    [TestCase("a <b> c", "a <b> c")]
    [TestCase("<br>", null)]
    public void Parse_shows_the_text_of_a_page(string body, string? message) => Assert.That(ServerError.Parse(Encoding.UTF8.GetBytes(body)), Is.EqualTo(new ServerError(null, message)));

    [TestCase("""{"error":{"message":"m","code":"c"}}""", "c", "m")]
    [TestCase("""{"error":"m"}""", null, "m")]
    [TestCase("""{"error":"x","message":"m","code":"c"}""", "c", "m")]
    [TestCase("""{"error":null,"detail":"m"}""", null, "m")]
    [TestCase("""{"detail":{"error_code":"c","message":"m"}}""", "c", "m")]
    [TestCase("""{"error_code":"c"}""", "c", null)]
    [TestCase("""{"error_code":"c","code":"x","message":"m"}""", "c", "m")]
    [TestCase("""{"error_code":429,"message":5}""", "429", null)]
    [TestCase("""{"type":"error","error":{"type":"t","message":"m"}}""", "t", "m")]
    [TestCase("""{"type":"error"}""", null, null)]
    [TestCase("""{"message":"m"}""", null, "m")]
    [TestCase("""{"error":{"message":"half \ud83d"}}""", null, null)]
    public void Fields_of_an_error_are_one(string fields, string? code, string? message) => Assert.That(ServerError.In("chat.completion.chunk", Fields(fields)), Is.EqualTo(new ServerError(code, message)));

    [TestCase("{}")]
    [TestCase("""{"error":null,"detail":false,"error_code":null}""")]
    [TestCase("""{"type":"chunk","message":null}""")]
    [TestCase("""{"type":5,"message":{"content":"hi"}}""")]
    [TestCase("""{"reason":"m"}""")]
    public void Fields_of_no_error_are_none(string fields) => Assert.That(ServerError.In("chat.completion.chunk", Fields(fields)), Is.Null);

    [Test]
    public void Kind_of_an_error_is_one_and_a_message_beside_an_answer_is_none() => Assert.Multiple(() =>
    {
        Assert.That(ServerError.In("error", null), Is.EqualTo(default(ServerError)));
        Assert.That(ServerError.In("error", Fields("""{"message":"m"}"""), takesMessage: false), Is.EqualTo(new ServerError(null, "m")));
        Assert.That(ServerError.In(null, null), Is.Null);
        Assert.That(ServerError.In(null, Fields("""{"message":"m"}"""), takesMessage: false), Is.Null);
    });

    [Test]
    public void Parse_tells_how_many_problems_it_leaves_out()
    {
        var problems = string.Join(',', Enumerable.Range(0, 8).Select(i => $$"""{"loc":["body",{{i}}],"msg":"p"}"""));

        Assert.That(ServerError.Parse(Encoding.UTF8.GetBytes($$"""{"detail":[{{problems}}]}""")).Message, Does.EndWith("4: p; and 3 more"));
    }

    [Test]
    public void Parse_shows_five_problems_without_a_word_about_more() =>
        Assert.That(ServerError.Parse("""{"detail":["a","b","c","d","e"]}"""u8).Message, Is.EqualTo("a; b; c; d; e"));

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

    private static Dictionary<string, JsonElement> Fields(string json) => JsonDocument.Parse(json).RootElement.EnumerateObject().ToDictionary(field => field.Name, field => field.Value);
}
