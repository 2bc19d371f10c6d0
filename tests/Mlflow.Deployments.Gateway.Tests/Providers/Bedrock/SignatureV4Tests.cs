using System.Globalization;
using System.Net.Http.Headers;
using Mlflow.Deployments.Gateway.Providers.Bedrock.Aws;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Providers.Bedrock;

/// <summary>Against the examples that Amazon publishes: the Signature Version 4 test suite, and the request of the user guide.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SignatureV4Tests
{
    private const string Date = "20150830T123600Z";
    private const string Scope = "AKIDEXAMPLE/20150830/us-east-1/service/aws4_request";

    private static readonly AwsCredentials Example = new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", sessionToken: null);

    [TestCase("GET", "/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31", TestName = "Signature_of_get_vanilla")]
    [TestCase("POST", "/", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b", TestName = "Signature_of_post_vanilla")]
    [TestCase("GET", "/?Param2=value2&Param1=value1", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        TestName = "Signature_of_get_vanilla_query_order_key_case")]
    [TestCase("POST", "/?Param1=value1", "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11", TestName = "Signature_of_post_vanilla_query")]
    public void Signature_of_a_published_request(string method, string pathAndQuery, string signature)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"https://example.amazonaws.com{pathAndQuery}");

        Sign(request, [], Example, "service");

        Assert.That(
            Authorization(request),
            Is.EqualTo($"AWS4-HMAC-SHA256 Credential={Scope}, SignedHeaders=host;x-amz-date, Signature={signature}"));
    }

    [Test]
    public void Signature_of_the_documented_list_of_users()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08")
        {
            Content = new ByteArrayContent([]) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded", "utf-8") } },
        };

        Sign(request, [], Example, "iam");

        Assert.That(Authorization(request), Is.EqualTo(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, " +
            "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"));
    }

    [Test]
    public void Session_token_is_sent_and_signed()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://example.amazonaws.com/");

        Sign(request, [], new AwsCredentials("AKIDEXAMPLE", "secret", "the-token"), "service");

        Assert.That(Authorization(request), Does.Contain("SignedHeaders=host;x-amz-date;x-amz-security-token,"));
        Assert.That(request.Headers.GetValues("x-amz-security-token"), Is.EqualTo(new[] { "the-token" }));
    }

    [Test]
    public void Another_body_path_or_key_is_another_signature()
    {
        string[] signatures =
        [
            SignatureOf("https://h.example/model/a%3A0/invoke", "{}"u8, "secret"),
            SignatureOf("https://h.example/model/a%3A0/invoke", "{ }"u8, "secret"),
            SignatureOf("https://h.example/model/a%253A0/invoke", "{}"u8, "secret"),
            SignatureOf("https://h.example/model/a%3A0/invoke", "{}"u8, "other"),
        ];

        Assert.That(signatures, Is.Unique);
    }

    [Test]
    public void Credentials_do_not_show_their_secrets()
    {
        Assert.That(new AwsCredentials("AKID", "the-secret", "the-token").ToString(), Does.Not.Contain("the-").And.Not.Contain("AKID"));
    }

    private static string SignatureOf(string address, ReadOnlySpan<byte> body, string secret)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address);
        Sign(request, body, new AwsCredentials("AKID", secret, sessionToken: null), "bedrock");
        return Authorization(request);
    }

    private static void Sign(HttpRequestMessage request, ReadOnlySpan<byte> body, AwsCredentials credentials, string service) => SignatureV4.Sign(
        request, body, credentials, "us-east-1", service, DateTimeOffset.ParseExact(Date, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));

    private static string Authorization(HttpRequestMessage request) => request.Headers.NonValidated["Authorization"].ToString();
}
