using System.Text.Json;
using Mlflow.Deployments.Extensions.AI;

namespace Mlflow.Deployments.Tests.Extensions.AI;

public class AudioFormatTests
{
    [TestCase("audio/mpeg", "mp3")]
    [TestCase("audio/mp3", "mp3")]
    [TestCase("audio/wav", "wav")]
    [TestCase("audio/wave", "wav")]
    [TestCase("audio/x-wav", "wav")]
    [TestCase("audio/vnd.wave", "wav")]
    [TestCase("audio/flac", "flac")]
    [TestCase("audio/x-flac", "flac")]
    public void Media_type_has_its_name_on_the_wire(string mediaType, string format) => Assert.That(AudioAnswer.FormatOf(mediaType), Is.EqualTo(format));

    [TestCase("""{"audio":{"format":"flac"}}""", "audio/flac")]
    [TestCase("""{"audio":{"format":"mp3"}}""", "audio/mpeg")]
    [TestCase("""{"audio":{}}""", "audio/mpeg")]
    [TestCase("{}", "audio/mpeg")]
    [TestCase(null, "audio/mpeg")]
    public void Sound_is_of_the_format_that_was_asked_for(string? asked, string mediaType) =>
        Assert.That(AudioAnswer.Read(Fields("""{"audio":{"data":"AQI="}}"""), asked is null ? null : Fields(asked))!.MediaType, Is.EqualTo(mediaType));

    [TestCase("""{"audio":{"data":"?"}}""")]
    [TestCase("""{"audio":{"data":""}}""")]
    [TestCase("""{"audio":"AQI="}""")]
    [TestCase("{}")]
    public void Sound_that_is_none_is_left_where_it_is(string fields) => Assert.That(AudioAnswer.Read(Fields(fields), null), Is.Null);

    private static Dictionary<string, JsonElement> Fields(string json) => JsonDocument.Parse(json).RootElement.EnumerateObject().ToDictionary(field => field.Name, field => field.Value);
}
