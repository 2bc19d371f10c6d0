using System.CommandLine;
using Mlflow.Deployments.Cli.Console;

namespace Mlflow.Deployments.Cli.Commands;

/// <summary>A conversation in the terminal.</summary>
internal static class ChatCommand
{
    private const string Hint = "Ctrl-C stops an answer, or at the prompt the chat. /clear forgets, /exit ends.";

    private static readonly string[] Own = ["messages", "stream"];

    public static Command Create(Terminal terminal, Interrupts interrupts)
    {
        var endpoint = CommonOptions.Endpoint();
        var system = new Option<string?>("--system", "-s") { Description = "What the model is told before the conversation.", HelpName = "TEXT" };
        var parameters = ParameterOption.Create("A field of each request, for example temperature=0.2");
        var command = new Command("chat", $"Talks with a chat endpoint. {Hint}") { endpoint, system, parameters };
        HelpWithExamples.Add(command, "chat --endpoint chat", "chat --endpoint chat --system 'You are terse.' --param temperature=0.2", $"printf 'Hello\\nWhat did I say?\\n' | {CommandLine.Name} chat --endpoint chat");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.Connect(parsed);
            var extra = ParameterOption.AsExtra(ParameterOption.Read(parsed, parameters));
            if (Own.FirstOrDefault(name => extra?.ContainsKey(name) is true) is { } own)
            {
                throw CommandException.Usage($"--param names '{own}', which the conversation itself fills; leave it out.");
            }

            var conversation = new Conversation(client, parsed.GetValue(endpoint)!, parsed.GetValue(system), extra);
            return await TalkAsync(conversation, terminal, interrupts, cancellationToken);
        });
        return command;
    }

    private static async Task<int> TalkAsync(Conversation conversation, Terminal terminal, Interrupts interrupts, CancellationToken cancellationToken)
    {
        var isInteractive = terminal is { IsInputTerminal: true, IsOutputTerminal: true };
        if (isInteractive)
        {
            await terminal.Out.WriteLineAsync(Hint);
        }

        var exitCode = ExitCodes.Ok;
        while (await ReadAsync(isInteractive, terminal, cancellationToken) is { } line)
        {
            switch (line.Trim())
            {
                case "":
                    continue;
                case "/exit" or "/quit":
                    return exitCode;
                case "/clear":
                    conversation.Clear();
                    continue;
            }

            // A person asks again; a script has to know at the end.
            if (!await AnswerAsync(conversation, line, terminal, interrupts, cancellationToken) && !isInteractive)
            {
                exitCode = ExitCodes.Failed;
            }
        }

        return exitCode;
    }

    // The console cannot stop waiting for a line, so it waits in the background; Ctrl-C at the prompt is a normal end, like the end of the input.
    private static async Task<string?> ReadAsync(bool isInteractive, Terminal terminal, CancellationToken cancellationToken)
    {
        if (isInteractive)
        {
            await terminal.Out.WriteAsync("> ");
            await terminal.Out.FlushAsync(CancellationToken.None); // from here on Ctrl-C is a normal end
        }

        try
        {
            if (await Task.Run(terminal.In.ReadLine, cancellationToken).WaitAsync(cancellationToken) is { } line)
            {
                return line;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // as if the input had ended
        }

        if (isInteractive)
        {
            await terminal.Out.WriteLineAsync(); // the prompt's line is left open
        }

        return null;
    }

    private static async Task<bool> AnswerAsync(Conversation conversation, string message, Terminal terminal, Interrupts interrupts, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        interrupts.BeginAnswer(stop);
        try
        {
            await foreach (var text in conversation.AskAsync(message, stop.Token))
            {
                await terminal.Out.WriteAsync(text);
                await terminal.Out.FlushAsync(stop.Token);
            }

            await terminal.Out.WriteLineAsync();
            return true;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            await terminal.Out.WriteLineAsync(" [stopped]");
            return true;
        }
        catch (DeployException e)
        {
            await terminal.Out.WriteLineAsync();
            await terminal.Out.FlushAsync(cancellationToken);
            await terminal.Error.WriteLineAsync($"error: {Failure.MessageOf(e)}");
            return false;
        }
        finally
        {
            interrupts.EndAnswer();
            await terminal.Out.FlushAsync(CancellationToken.None);
        }
    }
}
