using Mlflow.Deployments.Cli.Console;
using Spectre.Console;

namespace Mlflow.Deployments.Cli.Output;

/// <summary>Writes tables: with borders for a person, with columns of spaces for a file or a pipe.</summary>
internal static class Tables
{
    // Wide enough that nothing wraps: in a file a row is a line.
    private const int UnboundedWidth = 1_000_000;

    public static void Write(Terminal terminal, IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows)
    {
        var console = ConsoleFor(terminal.Out, terminal.IsOutputTerminal);
        var table = new Table { Border = terminal.IsOutputTerminal ? TableBorder.Rounded : TableBorder.None };
        foreach (var heading in headings)
        {
            table.AddColumn(new TableColumn(new Text(heading)) { NoWrap = !terminal.IsOutputTerminal });
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => new Text(OneLine(cell))));
        }

        console.Write(table);
    }

    public static IAnsiConsole ConsoleFor(TextWriter writer, bool isTerminal)
    {
        var console = AnsiConsole.Create(new()
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        if (!isTerminal)
        {
            console.Profile.Width = UnboundedWidth;
        }

        return console;
    }

    /// <summary>Puts a text of several lines, or with tabs, on one line.</summary>
    public static string OneLine(string text) => text.AsSpan().IndexOfAny('\n', '\r', '\t') < 0
        ? text
        : text.ReplaceLineEndings(" ").Replace('\t', ' ');
}
