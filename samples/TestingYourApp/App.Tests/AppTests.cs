namespace TestingYourApp.Tests;

public sealed class AppTests
{
    [Test]
    public void App_has_a_name()
    {
        Assert.That(typeof(AppTests).Namespace, Does.StartWith("TestingYourApp"));
    }
}
