// A chat in the browser: a minimal API that streams a model's answer as server-sent events, and one page that shows it.
//
//   dotnet run --project samples/WebChat [-- --Mlflow:Deployments:Target=http://localhost:5000] [--urls http://127.0.0.1:8080]
using WebChat;

var builder = WebApplication.CreateBuilder(args);
if (string.IsNullOrEmpty(builder.Configuration["urls"]))
{
    builder.WebHost.UseUrls("http://127.0.0.1:0"); // a free port; it is printed below
}

// The client takes all settings from Mlflow:Deployments: appsettings.json, the environment (Mlflow__Deployments__Target), the command line.
builder.Services.AddDeployClient();
builder.Services.AddHealthChecks().AddDeployClient(requiredEndpoints: [Chat.Endpoint]);
builder.Services.AddSingleton<Chat>();
var app = builder.Build();

// Without a target there is a gateway in this process.
await using var gateway = await EmbeddedGateway.StartUnlessConfiguredAsync(app);

app.UseFileServer();
app.MapHealthChecks("/health");
app.MapPost("/chat", (Conversation conversation, Chat chat, CancellationToken cancellationToken) => conversation.Problem is { } problem
    ? Results.Problem(problem, statusCode: StatusCodes.Status400BadRequest)
    : TypedResults.ServerSentEvents(chat.AnswerAsync(conversation, cancellationToken)));

await app.StartAsync();
Console.WriteLine($"Open {app.Urls.First()} in a browser. Ctrl-C ends.");
await app.WaitForShutdownAsync();
