using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Mlflow.Deployments.IntegrationTests.Fakes;

/// <summary>A Databricks workspace that gives tokens <c>t1</c>, <c>t2</c> and so on, and answers everything else as a delegate says.</summary>
internal sealed class Workspace : IAsyncDisposable
{
    public const string ClientId = "my-client";
    public const string Secret = "s3cr\"t/<ä>";

    private readonly FaultServer _server;

    private Workspace(FaultServer server) => _server = server;

    public string Address => _server.Address;

    /// <summary>Gets every request but those for tokens: method, path and authorization.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Gets every request for a token: authorization and body.</summary>
    public ConcurrentQueue<string> TokenRequests { get; } = new();

    /// <summary>Gets or sets the body of the next answers with a token; {0} is the token.</summary>
    public string TokenAnswer { get; set; } = """{"access_token":"{0}","token_type":"Bearer","expires_in":3600,"scope":"all-apis"}""";

    /// <summary>Gets or sets what happens before a token is given; true when that was an answer already.</summary>
    public Func<HttpContext, Task<bool>> BeforeToken { get; set; } = _ => Task.FromResult(false);

    public static async Task<Workspace> StartAsync(RequestDelegate answer)
    {
        Workspace? workspace = null;
        var server = await FaultServer.StartAsync(context => workspace!.AnswerAsync(context, answer));
        return workspace = new Workspace(server);
    }

    /// <summary>Starts a workspace that gives every request the same answer.</summary>
    public static Task<Workspace> AnsweringAsync(string body, int status = 200) => StartAsync(context => context.AnswerAsync(body, status: status));

    /// <summary>Makes a client with a client id and a secret.</summary>
    public DeployClient OAuthClient(DeployClientOptions? options = null, HttpClient? http = null) =>
        Client(name => name switch { "DATABRICKS_HOST" => Address, "DATABRICKS_CLIENT_ID" => ClientId, "DATABRICKS_CLIENT_SECRET" => Secret, _ => null }, options, http);

    /// <summary>Makes a client with a token.</summary>
    public DeployClient TokenClient(DeployClientOptions? options = null) =>
        Client(name => name switch { "DATABRICKS_HOST" => Address, "DATABRICKS_TOKEN" => "dapi-1", _ => null }, options, null);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static DeployClient Client(Func<string, string?> read, DeployClientOptions? options, HttpClient? http) =>
        new(DeployTarget.Resolve("databricks", "target", read), options ?? new(), http, "target");

    private async Task AnswerAsync(HttpContext context, RequestDelegate answer)
    {
        var authorization = context.Request.Headers.Authorization.ToString();
        if (context.Request.Path != "/oidc/v1/token")
        {
            Requests.Enqueue($"{context.Request.Method} {context.Request.Path} {authorization}");
            await answer(context);
            return;
        }

        TokenRequests.Enqueue($"{context.Request.Method} {authorization} {context.Request.ContentType} {await context.ReadBodyAsync()}");
        var count = TokenRequests.Count;
        if (!await BeforeToken(context))
        {
            await context.AnswerAsync(TokenAnswer.Replace("{0}", $"t{count}", StringComparison.Ordinal));
        }
    }

    public static string BasicText { get; } = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ClientId}:{Secret}"));
}
