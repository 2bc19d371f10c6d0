using System.Net.Http.Headers;
using Microsoft.Extensions.Time.Testing;
using Mlflow.Deployments.Tests.Support;
using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments.Tests.Transport;

[CancelAfter(10_000)]
public class DatabricksOAuthCredentialTests
{
    private readonly DatabricksOAuthCredential _credential =
        new(new OAuthClient("id", "secret"), new() { Address = new("https://ws.test/prefix/") }, new FakeTimeProvider());

    private readonly List<Uri?> _asked = [];

    [Test]
    public async Task Token_is_fetched_below_the_address_of_the_workspace(CancellationToken token)
    {
        await ApplyAsync(token);

        Assert.That(_asked, Is.EqualTo(new[] { new Uri("https://ws.test/prefix/oidc/v1/token") }));
    }

    [Test]
    public async Task Renew_drops_the_token_that_was_refused(CancellationToken token)
    {
        using var first = await ApplyAsync(token);

        var again = _credential.Renew(first);
        using var second = await ApplyAsync(token);

        Assert.That((again, second.Headers.Authorization!.Parameter, _asked.Count), Is.EqualTo((true, "t2", 2)));
    }

    [Test]
    public async Task Renew_keeps_a_token_that_is_newer_than_the_one_that_was_refused(CancellationToken token)
    {
        using var first = await ApplyAsync(token);
        _credential.Renew(first);
        using var second = await ApplyAsync(token);

        var again = _credential.Renew(first);
        using var third = await ApplyAsync(token);

        Assert.That((again, third.Headers.Authorization!.Parameter, _asked.Count), Is.EqualTo((true, "t2", 2)));
    }

    [TestCase(null)]
    [TestCase("Custom")]
    public async Task Renew_of_what_is_not_its_own_gives_no_other_try(string? scheme, CancellationToken token)
    {
        using var request = await ApplyAsync(token);
        request.Headers.Authorization = scheme is null ? null : new AuthenticationHeaderValue(scheme, "x");

        Assert.That(_credential.Renew(request), Is.False);
    }

    private async Task<HttpRequestMessage> ApplyAsync(CancellationToken token)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "https://ws.test/");
        await _credential.ApplyAsync(request, SendAsync, token);
        return request;
    }

    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        _asked.Add(request.RequestUri);
        return Task.FromResult(Clients.Json($$"""{"access_token":"t{{_asked.Count}}","expires_in":3600}"""));
    }
}
