using Mlflow.Deployments;
using TestingYourApp;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddDeployClient(); // its settings: the section Mlflow:Deployments of appsettings.json
builder.Services.AddSingleton<Assistant>();
var app = builder.Build();

app.MapPost("/ask", async (Question question, Assistant assistant, CancellationToken cancellationToken) =>
{
    try
    {
        return Results.Text(await assistant.AnswerAsync(question.Text, cancellationToken));
    }
    catch (DeployException e) when (e.IsTransient)
    {
        return Results.Problem("The model is busy. Try again in a minute.", statusCode: StatusCodes.Status503ServiceUnavailable);
    }
});
app.MapGet("/story", (string about, Assistant assistant, CancellationToken cancellationToken) =>
    TypedResults.ServerSentEvents(assistant.TellAsync(about, cancellationToken)));
app.MapPost("/search", (Search search, Assistant assistant, CancellationToken cancellationToken) =>
    assistant.FindAsync(search.Query, search.Documents, cancellationToken));

app.Run();
