using System.Text.Json;
using Mlflow.Deployments.Gateway.Providers.Gemini;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Providers.Gemini;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PythonJsonTests
{
    // The right sides were written by Python's json.dumps.
    [TestCase("{}", "{}")]
    [TestCase("""{"a":1}""", """{"a": 1}""")]
    [TestCase("""{"a":{"b":[]},"c":[{}]}""", """{"a": {"b": []}, "c": [{}]}""")]
    [TestCase("""{"t":true,"z":null,"q":"a\"\\\/\n\u007F{"}""", """{"t": true, "z": null, "q": "a\"\\/\n\u007f{"}""")]
    [TestCase("""["Zürich 🌍"]""", """["Z\u00fcrich \ud83c\udf0d"]""")]
    [TestCase("[100.0,120.50,123456789012345680.0,12345678901234567.0,0.00012,-1e-7,0.0,-0.0,-0,9.999999999999999e22,5e-324]",
        "[100.0, 120.5, 1.2345678901234568e+17, 1.2345678901234568e+16, 0.00012, -1e-07, 0.0, -0.0, 0, 1e+23, 5e-324]")]
    [TestCase("[1.0,2,31.20,-0.5,0.0001,0.00001,1e15,1e16,1.5e300,12345678901234567890,1.234567890123456e15]",
        "[1.0, 2, 31.2, -0.5, 0.0001, 1e-05, 1000000000000000.0, 1e+16, 1.5e+300, 12345678901234567890, 1234567890123456.0]")]
    public void Value_is_written_as_in_Python(string json, string expected)
    {
        using JsonDocument document = JsonDocument.Parse(json);

        Assert.That(PythonJson.Write(document.RootElement), Is.EqualTo(expected));
    }

    [Test]
    public void Missing_value_is_an_empty_object() => Assert.That(PythonJson.Write(null), Is.EqualTo("{}"));

    [Test]
    public void Id_of_a_call_is_that_of_MLflow() =>
        Assert.That(GeminiCallId.Of("f", """{"a": 1}"""), Is.EqualTo("call_284b8092b066662e478c47630c1bdc08"));
}
