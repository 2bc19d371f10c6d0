// A chat in the console that streams. Ctrl-C stops the answer; an empty line, or Ctrl-C while you write, ends the program.
//
//   dotnet run --project samples/StreamingChat [-- --target http://localhost:5000] [-- --endpoint chat]
using Mlflow.Deployments;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Gateway;

var target = Option("--target");
var endpoint = Option("--endpoint") ?? "chat";
if (target is not null && !Uri.TryCreate(target, UriKind.Absolute, out _))
{
    Console.Error.WriteLine($"'{target}' is no address; give one like http://localhost:5000");
    return 2;
}

await using var gateway = target is null ? await GatewayApplication.StartAsync(new() { Port = 0 }) : null;
using var client = new DeployClient(target ?? gateway!.Address.ToString());

CancellationTokenSource? answering = null;
Console.CancelKeyPress += (_, e) =>
{
    if (Volatile.Read(ref answering) is { } running)
    {
        e.Cancel = true; // stop the answer, keep the program
        running.Cancel();
    }
};

var conversation = new List<ChatMessage>();
while (true)
{
    Console.Write("you: ");
    var line = Console.ReadLine();
    if (string.IsNullOrWhiteSpace(line))
    {
        return 0;
    }

    conversation.Add(ChatMessage.User(line));
    var answer = new ChatAccumulator(); // has what came, also when the answer breaks off
    using var cancellation = new CancellationTokenSource();
    Volatile.Write(ref answering, cancellation);
    try
    {
        Console.Write($"{endpoint}: ");
        await foreach (var chunk in client.PredictStreamAsync(endpoint, new ChatRequest { Messages = [.. conversation] }, cancellation.Token))
        {
            answer.Add(chunk);
            Console.Write(chunk.Text);
        }

        Console.WriteLine();
    }
    catch (OperationCanceledException)
    {
        Console.WriteLine(" [stopped]");
    }
    catch (DeployException e)
    {
        Console.WriteLine();
        Console.Error.WriteLine(e.Message);
    }
    finally
    {
        Volatile.Write(ref answering, null);
    }

    if (answer.ToResponse().Text is { Length: > 0 } text)
    {
        conversation.Add(ChatMessage.Assistant(text));
    }
}

string? Option(string name) => Array.IndexOf(args, name) is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;
