using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments.Tests.Transport;

public class OAuthTokenTests
{
    [TestCase(null, 3540d)]
    [TestCase(3600L, 3540d)]
    [TestCase(601L, 541d)]
    [TestCase(600L, 540d)]
    [TestCase(100L, 90d)]
    [TestCase(0L, 0d)]
    [TestCase(-5L, 0d)]
    [TestCase(long.MaxValue, 366d * 86400 - 60)]
    public void Token_is_renewed_a_minute_or_a_tenth_of_its_life_before_it_ends(long? expiresIn, double seconds) =>
        Assert.That(new OAuthToken { ExpiresIn = expiresIn }.UsableFor.TotalSeconds, Is.EqualTo(seconds));

    [TestCase("!", true)]
    [TestCase("~", true)]
    [TestCase("ey.J-_", true)]
    [TestCase("", false)]
    [TestCase("a b", false)]
    [TestCase("a\n", false)]
    [TestCase("ä", false)]
    [TestCase("\u007f", false)]
    public void Token_is_visible_ASCII(string text, bool isToken) => Assert.That(OAuthToken.IsTokenText(text), Is.EqualTo(isToken));
}
