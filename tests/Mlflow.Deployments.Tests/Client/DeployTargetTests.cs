namespace Mlflow.Deployments.Tests.Client;

public class DeployTargetTests
{
    [TestCase("http://localhost:5000", "http://localhost:5000/")]
    [TestCase("https://host/prefix/", "https://host/prefix/")]
    [TestCase(" https://host/a/b ", "https://host/a/b/")]
    [TestCase("http://user:pa%20ss@host:81/x", "http://host:81/x/")]
    public void Parse_gives_the_address_without_credentials(string target, string address) =>
        Assert.That(DeployTarget.Resolve(target, "target", _ => null).Address.AbsoluteUri, Is.EqualTo(address));

    [Test]
    public void Parse_keeps_credentials_apart() =>
        Assert.That(DeployTarget.Resolve("http://user:pa%20ss@host", "target", _ => null).UserInfo, Is.EqualTo("user:pa ss"));

    [TestCase("")]
    [TestCase("  ")]
    [TestCase("localhost")]
    [TestCase("localhost:5000")]
    [TestCase("ftp://host")]
    [TestCase("/path")]
    [TestCase("http://")]
    [TestCase("http://host?x=1")]
    [TestCase("http://host/#x")]
    public void Client_of_a_target_that_is_no_address_throws_and_names_the_argument(string target) =>
        Assert.That(() => new DeployClient(target), Throws.ArgumentException.With.Property("ParamName").EqualTo("target").And.Message.Contains("http://localhost:5000"));

    [Test]
    public void Client_of_a_null_target_throws_and_names_the_argument() =>
        Assert.That(() => new DeployClient(null!), Throws.ArgumentNullException.With.Property("ParamName").EqualTo("target"));

    [Test]
    public void Client_of_a_bad_target_does_not_show_its_password() =>
        Assert.That(() => new DeployClient("ftp://user:hunter2@host"), Throws.ArgumentException.With.Message.Not.Contains("hunter2"));

    [Test]
    public void Client_of_an_HttpClient_without_any_address_throws() =>
        Assert.That(() => new DeployClient(new HttpClient(), new DeployClientOptions()), Throws.ArgumentException.With.Property("ParamName").EqualTo("options"));

    [TestCase(200, "")]
    [TestCase(201, "…")]
    public void Target_that_is_no_address_is_shown_up_to_200_characters(int length, string end) => Assert.That(
        () => new DeployClient(new string('x', length)),
        Throws.ArgumentException.With.Message.StartsWith($"The target '{new string('x', 200)}{end}' is no URL. "));

    [Test]
    public void Target_that_is_missing_is_told() => Assert.Multiple(() =>
    {
        Assert.That(() => new DeployClient(" "), Throws.ArgumentException.With.Message.StartsWith("The target is empty. "));
        Assert.That(() => new DeployClient(null!), Throws.ArgumentNullException.With.Message.StartsWith("The target is null. "));
    });
}
