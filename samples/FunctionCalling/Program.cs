// An agent in the console: a model that answers with the help of two C# functions. It asks for calls, Microsoft.Extensions.AI makes them.
//
//   dotnet run --project samples/FunctionCalling                                                       two questions, to a gateway in this process
//   dotnet run --project samples/FunctionCalling -- "Is it warmer in Paris or in Oslo?"                your question
//   dotnet run --project samples/FunctionCalling -- --target http://localhost:5000 --endpoint chat     a gateway with a real model
//
// In a terminal you can go on asking; an empty line ends the program. The embedded responder is no language model: it calls the function whose name or
// description fits the question, and repeats what it returned. A real model calls several functions, and puts the results into words.
using System.Globalization;
using FunctionCalling;
using Microsoft.Extensions.AI;
using Mlflow.Deployments;
using Mlflow.Deployments.Gateway;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var (target, endpoint, questions) = ((string?)null, "chat", new List<string>());
for (var i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--target" when i + 1 < args.Length:
            target = args[++i];
            break;
        case "--endpoint" when i + 1 < args.Length:
            endpoint = args[++i];
            break;
        case ['-', ..]:
            Console.Error.WriteLine("usage: FunctionCalling [--target URL] [--endpoint NAME] [QUESTION…]");
            return 2;
        default:
            questions.Add(args[i]);
            break;
    }
}

if (questions.Count == 0)
{
    questions = ["What is the weather in Oslo?", "How many miles are 42 kilometers?"];
}

try
{
    await using var gateway = target is null ? await GatewayApplication.StartAsync(new() { Port = 0 }) : null;
    using var client = new DeployClient(target ?? gateway!.Address.ToString());
    using var agent = client.AsIChatClient(endpoint).AsBuilder()
        .ConfigureOptions(options =>
        {
            options.Instructions = "You are a travel assistant. Use the functions for facts; answer in one sentence.";
            options.Tools =
            [
                AIFunctionFactory.Create(Functions.GetWeather, "get_weather"),
                AIFunctionFactory.Create(Functions.KilometersToMiles, "kilometers_to_miles"),
            ];
        })
        .UseFunctionInvocation()
        .Build();

    var history = new List<ChatMessage>();
    foreach (var question in questions)
    {
        Console.WriteLine($"you: {question}");
        await AskAsync(agent, history, question);
    }

    // Whoever started this from a script gets the answers and the prompt back.
    while (!Console.IsInputRedirected)
    {
        Console.Write("you: ");
        if (Console.ReadLine() is not { Length: > 0 } question)
        {
            break;
        }

        await AskAsync(agent, history, question);
    }

    return 0;
}
catch (Exception e) when (e is DeployException or ArgumentException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

static async Task AskAsync(IChatClient agent, List<ChatMessage> history, string question)
{
    history.Add(new(ChatRole.User, question));
    var updates = new List<ChatResponseUpdate>();
    var isSpeaking = false;
    await foreach (var update in agent.GetStreamingResponseAsync(history))
    {
        updates.Add(update);
        foreach (var content in update.Contents)
        {
            switch (content)
            {
                case TextContent { Text.Length: > 0 } text:
                    Console.Write(isSpeaking ? text.Text : $"agent: {text.Text}");
                    isSpeaking = true;
                    break;
                case FunctionCallContent call:
                    isSpeaking = EndLine(isSpeaking);
                    Console.WriteLine($"  calls {call.Name}({string.Join(", ", call.Arguments?.Select(argument => $"{argument.Key}: {argument.Value}") ?? [])})");
                    break;
                case FunctionResultContent result:
                    Console.WriteLine($"  gets {string.Join(' ', $"{result.Result}".Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))}"); // in one line
                    break;
            }
        }
    }

    EndLine(isSpeaking);
    history.AddMessages(updates); // with the calls and their results: the next question may build on them
}

static bool EndLine(bool isSpeaking)
{
    if (isSpeaking)
    {
        Console.WriteLine();
    }

    return false;
}
