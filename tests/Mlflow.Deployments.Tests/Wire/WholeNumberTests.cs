using System.Text.Json;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Tests.Wire;

/// <summary>Whole numbers, as servers write them.</summary>
public class WholeNumberTests
{
    [TestCase("5", 5L)]
    [TestCase("-5", -5L)]
    [TestCase("9223372036854775807", long.MaxValue)]
    [TestCase("1700000000.75", 1_700_000_000L)]
    [TestCase("1e3", 1000L)]
    [TestCase("-8.5e18", -8_500_000_000_000_000_000L)]
    [TestCase("\"5\"", 5L)]
    [TestCase("\"-5\"", -5L)]
    public void Number_is_read_with_a_fraction_or_as_text(string json, long number) =>
        Assert.That(JsonSerializer.Deserialize($$"""{"created":{{json}}}""", DeployJson.Default.ChatResponse)!.Created, Is.EqualTo(number));

    [TestCase("9e18", "A whole number is out of range.")]
    [TestCase("-9e18", "A whole number is out of range.")]
    [TestCase("1e300", "A whole number is out of range.")]
    [TestCase("true", "Expected a whole number, got True.")]
    [TestCase("{}", "Expected a whole number, got StartObject.")]
    [TestCase("\"\"", "Expected a whole number, got String.")]
    [TestCase("\"5x\"", "Expected a whole number, got String.")]
    [TestCase("\"x\"", "Expected a whole number, got String.")]
    public void What_is_none_is_told(string json, string message) =>
        Assert.That(() => Read(json), Throws.TypeOf<JsonException>().With.Message.EqualTo(message));

    private static long Read(string json)
    {
        var reader = new Utf8JsonReader(System.Text.Encoding.UTF8.GetBytes(json));
        reader.Read();
        return LenientInt64Converter.Read(ref reader);
    }
}
