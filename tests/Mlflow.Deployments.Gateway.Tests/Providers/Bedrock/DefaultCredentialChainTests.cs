using System.Net;
using Microsoft.Extensions.Time.Testing;
using Mlflow.Deployments.Gateway.Providers;
using Mlflow.Deployments.Gateway.Providers.Bedrock.Aws;
using Mlflow.Deployments.Gateway.Tests.Support;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Providers.Bedrock;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DefaultCredentialChainTests : IDisposable
{
    private const string Document = """{"AccessKeyId":"ASIA1","SecretAccessKey":"s1","Token":"t1","Expiration":"2030-01-01T00:00:00Z"}""";

    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal) { ["HOME"] = "/home/u" };
    private readonly Dictionary<string, string> _files = new(StringComparer.Ordinal);

    private FakeHandler _server = new(_ => FakeHandler.Reply("", HttpStatusCode.NotFound));

    public void Dispose() => _server.Dispose();

    [Test]
    public async Task Environment_comes_first()
    {
        Set(("AWS_ACCESS_KEY_ID", "AKIA1"), ("AWS_SECRET_ACCESS_KEY", "s"), ("AWS_SESSION_TOKEN", "t"), ("AWS_ROLE_ARN", "r"), ("AWS_WEB_IDENTITY_TOKEN_FILE", "f"));

        AwsCredentials found = await FindAsync();

        Assert.That((found.AccessKeyId, found.SecretAccessKey, found.SessionToken), Is.EqualTo(("AKIA1", "s", "t")));
    }

    [Test]
    public async Task Web_identity_is_exchanged_for_a_role()
    {
        Set(("AWS_ROLE_ARN", "arn:aws:iam::1:role/r"), ("AWS_WEB_IDENTITY_TOKEN_FILE", "/token"), ("AWS_ROLE_SESSION_NAME", "me"));
        _files["/token"] = "jwt+x\n";
        _server = new(_ => FakeHandler.Reply(
            "<R xmlns=\"u\"><Credentials><AccessKeyId>ASIA2</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken></Credentials></R>"));

        AwsCredentials found = await FindAsync();

        Assert.That(found.AccessKeyId, Is.EqualTo("ASIA2"));
        Assert.That(_server.Requests, Is.EqualTo(new[]
        {
            "POST https://sts.example/ Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr&RoleSessionName=me&WebIdentityToken=jwt%2Bx",
        }));
    }

    [TestCase("default", "AKDEFAULT")]
    [TestCase("work", "AKWORK")]
    [TestCase("other", "AKOTHER")]
    public async Task Profile_is_read_from_both_files(string profile, string keyId)
    {
        Set(("AWS_PROFILE", profile));
        _files[Path.Combine("/home/u", ".aws", "credentials")] =
            "# mine\n[default]\naws_access_key_id = AKDEFAULT\naws_secret_access_key=s\n\n[ work ]\r\naws_access_key_id=AKWORK\r\naws_secret_access_key = s = s\r\n";
        _files[Path.Combine("/home/u", ".aws", "config")] =
            "[profile work]\naws_access_key_id = WRONG\n[profile other]\ns3 =\n  aws_access_key_id = NESTED\naws_access_key_id = AKOTHER\naws_secret_access_key = s\n";

        Assert.That((await FindAsync()).AccessKeyId, Is.EqualTo(keyId));
    }

    [TestCase("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/x", "http://169.254.170.2/v2/x")]
    [TestCase("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/c", "http://169.254.170.23/v1/c")]
    public async Task Container_is_asked(string name, string value, string address)
    {
        Set((name, value), ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/auth"));
        _files["/auth"] = "the-proof\n";
        string? proof = null;
        _server = new(request =>
        {
            proof = request.Headers.NonValidated["Authorization"].ToString();
            return FakeHandler.Reply(Document);
        });

        AwsCredentials found = await FindAsync();

        Assert.That((found.AccessKeyId, found.SessionToken, found.Expiration?.Year), Is.EqualTo(("ASIA1", "t1", 2030)));
        Assert.That(_server.Requests, Is.EqualTo(new[] { $"GET {address}" }));
        Assert.That(proof, Is.EqualTo("the-proof"));
    }

    [Test]
    public async Task Machine_is_asked_with_a_session_of_its_metadata_service()
    {
        var tokens = new List<string>();
        _server = new(request =>
        {
            if (request.Headers.TryGetValues("x-aws-ec2-metadata-token", out IEnumerable<string>? values))
            {
                tokens.AddRange(values);
            }

            return FakeHandler.Reply(request.RequestUri!.AbsolutePath switch
            {
                "/latest/api/token" => "the-session",
                "/latest/meta-data/iam/security-credentials/" => "the-role\n",
                _ => Document,
            });
        });

        AwsCredentials found = await FindAsync();

        Assert.That(found.AccessKeyId, Is.EqualTo("ASIA1"));
        Assert.That(_server.Requests, Is.EqualTo(new[]
        {
            "PUT http://169.254.169.254/latest/api/token",
            "GET http://169.254.169.254/latest/meta-data/iam/security-credentials/",
            "GET http://169.254.169.254/latest/meta-data/iam/security-credentials/the-role",
        }));
        Assert.That(tokens, Is.EqualTo(new[] { "the-session", "the-session" }));
    }

    [Test]
    public async Task Nothing_found_names_every_place()
    {
        Set(("AWS_EC2_METADATA_DISABLED", "true"), ("AWS_PROFILE", "sso"));
        _files[Path.Combine("/home/u", ".aws", "config")] = "[profile sso]\nsso_session = x\n";

        ProviderException? failure = await Assert.ThrowsAsync<ProviderException>(() => FindAsync());

        Assert.Multiple(() =>
        {
            Assert.That(failure!.Kind, Is.EqualTo(FailureKind.CredentialsUnavailable));
            Assert.That(failure.Message, Does.Contain("AWS_ACCESS_KEY_ID").And.Contain("AWS_WEB_IDENTITY_TOKEN_FILE").And.Contain("profile 'sso'"));
            Assert.That(failure.Message, Does.Contain("sso_session").And.Contain("AWS_CONTAINER_CREDENTIALS").And.Contain("AWS_EC2_METADATA_DISABLED"));
        });
    }

    [Test]
    public async Task Machine_that_is_none_of_Amazons_has_nothing()
    {
        _server = new(_ => throw new HttpRequestException("no route"));

        ProviderException? failure = await Assert.ThrowsAsync<ProviderException>(() => FindAsync());

        Assert.That(failure!.Message, Does.Contain("IMDSv2"));
    }

    [Test]
    public async Task Refused_role_tells_what_the_service_said()
    {
        _server = new(_ => FakeHandler.Reply(
            "<ErrorResponse xmlns=\"u\"><Error><Code>AccessDenied</Code><Message>not you</Message></Error></ErrorResponse>", HttpStatusCode.Forbidden));
        SecurityTokenService service = TokenService();

        ProviderException? failure = await Assert.ThrowsAsync<ProviderException>(
            () => service.AssumeRoleAsync("arn:r", "s", 900, new AwsCredentials("id", "the-secret", null), default));

        Assert.That(failure!.Message, Does.Contain("arn:r").And.Contain("403").And.Contain("AccessDenied: not you").And.Not.Contain("the-secret"));
    }

    [TestCase("not xml")]
    [TestCase("<R/>")]
    [TestCase("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><R>&b;</R>")]
    public async Task Answer_without_credentials_is_no_answer(string text)
    {
        _server = new(_ => FakeHandler.Reply(text));
        SecurityTokenService service = TokenService();

        ProviderException? failure = await Assert.ThrowsAsync<ProviderException>(
            () => service.AssumeRoleAsync("arn:r", "s", 900, new AwsCredentials("id", "secret", null), default));

        Assert.That(failure!.Message, Does.Contain("without credentials"));
    }

    private Task<AwsCredentials> FindAsync()
    {
        var environment = new AwsEnvironment(name => _variables.GetValueOrDefault(name), path => _files.GetValueOrDefault(path));
        return new DefaultCredentialChain(environment, TokenService(), _server.Services(new FakeTimeProvider())).FindAsync(default);
    }

    private SecurityTokenService TokenService()
    {
        var clock = new FakeTimeProvider();
        return new SecurityTokenService("https://sts.example", "us-east-1", _server.Services(clock).Upstream, clock);
    }

    private void Set(params (string Name, string Value)[] variables)
    {
        foreach ((string name, string value) in variables)
        {
            _variables[name] = value;
        }
    }
}
