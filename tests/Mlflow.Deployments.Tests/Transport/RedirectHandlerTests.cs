using System.Net;
using Mlflow.Deployments.Tests.Support;
using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments.Tests.Transport;

/// <summary>Which redirects are followed: those that stay on the server, with the method that was sent.</summary>
public class RedirectHandlerTests
{
    [TestCase("POST", 307, "http://a.test/x", "/y", "http://a.test/y")]
    [TestCase("POST", 308, "http://a.test/x", "http://a.test/y", "http://a.test/y")]
    [TestCase("GET", 301, "http://a.test/x", "y", "http://a.test/y")]
    [TestCase("GET", 302, "http://a.test/x", "/y", "http://a.test/y")]
    [TestCase("GET", 307, "http://a.test/x", "/y", "http://a.test/y")]
    [TestCase("POST", 308, "http://a.test:81/x", "http://a.test:81/y", "http://a.test:81/y")]
    [TestCase("POST", 307, "http://a.test/x", "https://a.test/x", "https://a.test/x")]
    [TestCase("POST", 301, "http://a.test/x", "/y", null)]
    [TestCase("POST", 302, "http://a.test/x", "/y", null)]
    [TestCase("GET", 303, "http://a.test/x", "/y", null)]
    [TestCase("GET", 200, "http://a.test/x", "/y", null)]
    [TestCase("POST", 307, "http://a.test/x", "http://b.test/x", null)]
    [TestCase("POST", 307, "http://a.test/x", "https://b.test/x", null)]
    [TestCase("POST", 307, "http://a.test/x", "http://a.test:81/x", null)]
    [TestCase("POST", 307, "http://a.test:443/x", "https://a.test:443/x", null)]
    [TestCase("POST", 307, "http://a.test:81/x", "https://a.test/x", null)]
    [TestCase("POST", 307, "http://a.test/x", "https://a.test:444/x", null)]
    [TestCase("POST", 307, "https://a.test/x", "http://a.test/x", null)]
    [TestCase("POST", 307, "http://a.test/x", null, null)]
    public async Task Redirect_is_followed_on_the_server_that_was_chosen(string method, int status, string from, string? location, string? to)
    {
        var asked = new List<string>();
        using var client = Client(request =>
        {
            asked.Add($"{request.Method} {request.RequestUri}");
            return asked.Count > 1 ? new(HttpStatusCode.OK) : Redirect(status, location);
        });
        using var request = new HttpRequestMessage(new(method), from);

        using var response = await client.SendAsync(request, CancellationToken.None);

        Assert.That(asked, Is.EqualTo(to is null ? new[] { $"{method} {from}" } : [$"{method} {from}", $"{method} {to}"]));
        Assert.That(response.RequestMessage, Is.SameAs(request));
    }

    [Test]
    public async Task Redirects_without_end_are_followed_three_times([Values] bool isLate)
    {
        var asked = 0;
        using var client = new HttpMessageInvoker(new RedirectHandler(new StubHandler(async (_, _) =>
        {
            if (isLate)
            {
                await Task.Yield();
            }

            return Redirect(307, $"/{++asked}");
        })));
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://a.test/");

        using var response = await client.SendAsync(request, CancellationToken.None);

        Assert.That((asked, (int)response.StatusCode), Is.EqualTo((4, 307)));
    }

    [Test]
    public async Task Request_that_a_handler_names_stays()
    {
        using var other = new HttpRequestMessage();
        using var client = Client(_ => new(HttpStatusCode.OK) { RequestMessage = other });
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://a.test/");

        using var response = await client.SendAsync(request, CancellationToken.None);

        Assert.That(response.RequestMessage, Is.SameAs(other));
    }

    private static HttpMessageInvoker Client(Func<HttpRequestMessage, HttpResponseMessage> answer) => new(new RedirectHandler(new StubHandler(answer)));

    private static HttpResponseMessage Redirect(int status, string? location) =>
        new((HttpStatusCode)status) { Headers = { Location = location is null ? null : new Uri(location, UriKind.RelativeOrAbsolute) } };
}
