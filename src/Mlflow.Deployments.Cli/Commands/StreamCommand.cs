using System.CommandLine;
using Mlflow.Deployments.Cli.Console;
using Mlflow.Deployments.Cli.Output;

namespace Mlflow.Deployments.Cli.Commands;

/// <summary>Asks an endpoint and prints the answer as it comes.</summary>
internal static class StreamCommand
{
    public static Command Create(Terminal terminal)
    {
        var input = new InputOptions();
        var output = CommonOptions.Output(OutputFormat.Text);
        output.Description = "text (the text as it comes), or json (one chunk a line).";
        output.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && result.Tokens[0].Value == "table")
            {
                result.AddError("--output is 'table', but a stream has no table; give text or json.");
            }
        });
        var command = new Command("stream", "Asks a chat or completions endpoint and prints the answer token by token.");
        input.AddTo(command);
        command.Add(output);
        HelpWithExamples.Add(
            command,
            "stream --endpoint chat --message 'Tell me a story.'",
            "stream --endpoint chat --input request.json --output json",
            $"git diff | {CommandLine.Name} stream --endpoint chat --param temperature=0");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var isJson = parsed.GetValue(output) == OutputFormat.Json;
            using var client = CommonOptions.Connect(parsed);
            var request = await input.ReadAsync(parsed, client, terminal, cancellationToken);
            request.Remove("stream"); // said by the call itself
            var last = string.Empty;
            try
            {
                await foreach (var chunk in client.PredictStreamAsync(input.Endpoint(parsed), request, cancellationToken))
                {
                    var text = isJson ? JsonLine.Of(chunk) + "\n" : AnswerText.OfChunk(chunk);
                    if (text.Length > 0)
                    {
                        await terminal.Out.WriteAsync(text);
                        await terminal.Out.FlushAsync(cancellationToken);
                        last = text;
                    }
                }
            }
            finally
            {
                if (!last.EndsWith('\n') && last.Length > 0)
                {
                    await terminal.Out.WriteLineAsync();
                }
            }
        });
        return command;
    }
}
