using System.CommandLine;
using System.CommandLine.Invocation;
using System.Runtime.CompilerServices;

namespace Mlflow.Deployments.Cli.Commands;

/// <summary>The usual help, and below it the command's examples.</summary>
internal sealed class HelpWithExamples(SynchronousCommandLineAction usual, RootCommand root) : SynchronousCommandLineAction
{
    private static readonly ConditionalWeakTable<Command, string[]> Examples = [];

    private static readonly string[] RootExamples =
    [
        $"export MLFLOW_DEPLOYMENTS_TARGET=http://localhost:5000",
        $"{CommandLine.Name} endpoints list",
        $"{CommandLine.Name} predict --endpoint chat --message 'What is MLflow?'",
        $"{CommandLine.Name} embed --endpoint embeddings --input docs.jsonl --output vectors.parquet",
    ];

    public override bool ClearsParseErrors => true;

    /// <summary>Adds examples; where a pipe leads into the program, it is named in the example, else it stands before it.</summary>
    public static void Add(Command command, params string[] examples) =>
        Examples.Add(command, [.. examples.Select(example => example.Contains(CommandLine.Name + " ", StringComparison.Ordinal) ? example : $"{CommandLine.Name} {example}")]);

    public override int Invoke(ParseResult parseResult)
    {
        usual.Invoke(parseResult);
        var command = parseResult.CommandResult.Command;
        if ((command == root ? RootExamples : Examples.TryGetValue(command, out var examples) ? examples : null) is { } lines)
        {
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var line in lines)
            {
                output.WriteLine($"  {line}");
            }

            output.WriteLine();
        }

        return ExitCodes.Ok;
    }
}
