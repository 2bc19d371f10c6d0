using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments.Tests.Dialects;

/// <summary>The target <c>openai</c>, from an environment of the test's own.</summary>
public class OpenAITargetTests
{
    [Test]
    public async Task Without_variables_it_is_OpenAI_itself()
    {
        var target = Resolve();

        Assert.Multiple(() =>
        {
            Assert.That((target.Address.AbsoluteUri, target.Dialect, target.AzureApiVersion, target.UsesApiKeyHeader), Is.EqualTo(("https://api.openai.com/v1/", DeployDialect.OpenAI, (string?)null, false)));
            Assert.That(target.Credential, Is.Null);
        });
        Assert.That(await HeadersOfAsync(Resolve(("OPENAI_API_KEY", "k"))), Is.EqualTo("Authorization: Bearer k"));
    }

    [Test]
    public void Base_may_be_anything_compatible() =>
        Assert.That(Resolve(("OPENAI_API_BASE", "http://localhost:8000/v1/"), ("OPENAI_API_TYPE", "OpenAI")).Address.AbsoluteUri, Is.EqualTo("http://localhost:8000/v1/"));

    [TestCase("azure", "api-key: k")]
    [TestCase("azuread", "Authorization: Bearer k")]
    public async Task Azure_takes_version_deployment_and_the_key_in_its_header(string type, string header)
    {
        var target = Resolve(
            ("OPENAI_API_TYPE", type), ("OPENAI_API_BASE", "https://res.openai.azure.com"), ("OPENAI_API_VERSION", "2024-06-01"), ("OPENAI_DEPLOYMENT_NAME", "d"), ("OPENAI_API_KEY", "k"));

        Assert.That((target.Address.AbsoluteUri, target.AzureApiVersion, target.AzureDeployment), Is.EqualTo(("https://res.openai.azure.com/", "2024-06-01", "d")));
        Assert.That(await HeadersOfAsync(target), Is.EqualTo(header));
    }

    [Test]
    public void A_type_that_is_none_is_told_with_the_types_there_are() => Assert.That(
        () => Resolve(("OPENAI_API_TYPE", "aws")), Throws.ArgumentException.With.Property("ParamName").EqualTo("target").And.Message.Contains("'aws'").And.Message.Contains("azuread"));

    [TestCase("azure", "OPENAI_API_BASE")]
    [TestCase("azure", "OPENAI_API_VERSION")]
    [TestCase("azuread", "OPENAI_API_BASE")]
    [TestCase("azuread", "OPENAI_API_VERSION")]
    public void A_variable_that_Azure_needs_is_named_when_it_is_missing(string type, string missing)
    {
        var rest = new[] { ("OPENAI_API_BASE", "https://res.openai.azure.com"), ("OPENAI_API_VERSION", "v") }.Where(variable => variable.Item1 != missing);

        Assert.That(() => Resolve([("OPENAI_API_TYPE", type), .. rest]), Throws.ArgumentException.With.Property("ParamName").EqualTo("target").And.Message.Contains(missing).And.Message.Contains(type));
    }

    [TestCase("localhost")]
    [TestCase("ftp://host")]
    public void A_base_that_is_no_address_is_told(string address) =>
        Assert.That(() => Resolve(("OPENAI_API_BASE", address)), Throws.ArgumentException.With.Message.Contains("OPENAI_API_BASE"));

    private static DeployTarget Resolve(params (string Name, string Value)[] variables) =>
        DeployTarget.Resolve("openai", "target", name => variables.FirstOrDefault(variable => variable.Name == name).Value);

    private static async Task<string> HeadersOfAsync(DeployTarget target)
    {
        using var request = new HttpRequestMessage();
        await CredentialChoice.Of(target, new())!.ApplyAsync(request, (_, _) => throw new NotSupportedException("Nothing has to be asked."), CancellationToken.None);
        return string.Join(", ", request.Headers.Select(header => $"{header.Key}: {string.Join(' ', header.Value)}"));
    }
}
