using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.IntegrationTests.Fakes;

namespace Mlflow.Deployments.IntegrationTests.Faults;

public class HttpVersionTests
{
    [TestCase(HttpProtocols.Http1AndHttp2, "HTTP/2")]
    [TestCase(HttpProtocols.Http1, "HTTP/1.1")]
    [CancelAfter(10_000)]
    public async Task Client_speaks_HTTP2_where_the_server_offers_it(HttpProtocols offered, string spoken, CancellationToken token)
    {
        var protocol = new TaskCompletionSource<string>();
        await using var server = await StartAsync(offered, protocol, token);
        using var client = new DeployClient(server.Urls.First(), Options.ForGateway(new() { AllowInsecureTls = true }));

        await client.PredictAsync("chat", new ChatRequest("x"), token);

        Assert.That(await protocol.Task, Is.EqualTo(spoken));
    }

    [Test]
    [CancelAfter(10_000)]
    public async Task Client_refuses_a_certificate_that_nobody_vouches_for(CancellationToken token)
    {
        await using var server = await StartAsync(HttpProtocols.Http1, new(), token);
        using var client = new DeployClient(server.Urls.First(), Options.ForGateway());

        Assert.That(async () => await client.PredictAsync("chat", new ChatRequest("x"), token), Throws.InstanceOf<DeployConnectionException>().With.Message.Contains("certificate"));
    }

    private static async Task<WebApplication> StartAsync(HttpProtocols offered, TaskCompletionSource<string> protocol, CancellationToken token)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = offered;
            listen.UseHttps(Certificate());
        }));
        var app = builder.Build();
        app.Run(context =>
        {
            protocol.TrySetResult(context.Request.Protocol);
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(Answers.Chat, token);
        });
        await app.StartAsync(token);
        return app;
    }

    private static X509Certificate2 Certificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
    }
}
