using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Cli.Console;
using Mlflow.Deployments.Cli.Output;

namespace Mlflow.Deployments.Cli.Commands;

/// <summary>Asks an endpoint of any type once.</summary>
internal static class PredictCommand
{
    private const int ShownNumbers = 3;

    public static Command Create(Terminal terminal)
    {
        var input = new InputOptions();
        var output = CommonOptions.Output(OutputFormat.Text);
        var command = new Command("predict", "Asks an endpoint and prints the answer.");
        input.AddTo(command);
        command.Add(output);
        HelpWithExamples.Add(
            command,
            "predict --endpoint chat --message 'What is MLflow?'",
            "predict --endpoint chat --message 'Be short.' --param temperature=0.2 --param max_tokens=50",
            "predict --endpoint embeddings --input request.json --output json",
            "predict --endpoint chat < question.txt");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.Connect(parsed);
            var request = await input.ReadAsync(parsed, client, terminal, cancellationToken);
            var answer = await client.PredictAsync(input.Endpoint(parsed), request, cancellationToken);
            switch (parsed.GetValue(output) ?? OutputFormat.Text)
            {
                case OutputFormat.Json:
                    await terminal.Out.WriteLineAsync(JsonLine.Of(answer));
                    break;
                case OutputFormat.Table:
                    Tables.Write(terminal, ["field", "value"], Fields(answer));
                    break;
                default:
                    await terminal.Out.WriteLineAsync(AnswerText.Of(answer));
                    break;
            }
        });
        return command;
    }

    private static IEnumerable<string[]> Fields(JsonNode answer)
    {
        if (AnswerText.Vectors(answer) is { } vectors)
        {
            foreach (var vector in vectors)
            {
                yield return ["vector", Shortened(vector)];
            }
        }
        else
        {
            yield return ["answer", AnswerText.Of(answer)];
        }

        if (answer is not JsonObject fields)
        {
            yield break;
        }

        if (fields["model"] is { } model)
        {
            yield return ["model", model.ToString()];
        }

        if (fields["choices"] is JsonArray { Count: > 0 } choices && choices[0]?["finish_reason"] is { } reason)
        {
            yield return ["finish reason", reason.ToString()];
        }

        if (fields["usage"] is JsonObject usage && usage["total_tokens"] is { } tokens)
        {
            yield return ["tokens", string.Create(CultureInfo.InvariantCulture, $"{tokens}")];
        }
    }

    // A person does not read a thousand numbers; they are in the other formats.
    private static string Shortened(JsonNode vector) => vector is JsonArray { Count: > ShownNumbers } numbers
        ? string.Create(CultureInfo.InvariantCulture, $"{numbers.Count} numbers: {string.Join(", ", numbers.Take(ShownNumbers))}, …")
        : JsonLine.Of(vector);
}
