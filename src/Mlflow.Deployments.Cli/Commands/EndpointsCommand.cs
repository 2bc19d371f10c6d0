using System.CommandLine;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Cli.Console;
using Mlflow.Deployments.Cli.Output;

namespace Mlflow.Deployments.Cli.Commands;

/// <summary>Looks at the endpoints of a server.</summary>
internal static class EndpointsCommand
{
    private static readonly string[] Headings = ["name", "type", "model", "provider", "limit", "state"];

    public static Command Create(Terminal terminal)
    {
        var command = new Command("endpoints", "Looks at the endpoints of the server.") { CreateList(terminal), CreateGet(terminal) };
        HelpWithExamples.Add(command, "endpoints list", "endpoints get chat");
        return command;
    }

    private static Command CreateList(Terminal terminal)
    {
        var output = CommonOptions.Output(OutputFormat.Table);
        var command = new Command("list", "Lists all endpoints.") { output };
        HelpWithExamples.Add(command, "endpoints list", "endpoints list --output json | jq -r '.[].name'", "endpoints list --output text | cut -f1");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.Connect(parsed);
            var endpoints = new List<DeploymentEndpoint>();
            await foreach (var endpoint in client.ListEndpointsAsync(cancellationToken))
            {
                endpoints.Add(endpoint);
            }

            if (parsed.GetValue(output) == OutputFormat.Json)
            {
                await terminal.Out.WriteLineAsync(JsonLine.Of(new JsonArray([.. endpoints.Select(EndpointJson.Of)])));
                return ExitCodes.Ok;
            }

            return await WriteRowsAsync(terminal, parsed.GetValue(output) ?? OutputFormat.Table, endpoints);
        });
        return command;
    }

    private static Command CreateGet(Terminal terminal)
    {
        var output = CommonOptions.Output(OutputFormat.Table);
        var name = new Argument<string>("name") { Description = "The endpoint's name." };
        var command = new Command("get", "Shows one endpoint.") { name, output };
        HelpWithExamples.Add(command, "endpoints get chat", "endpoints get chat --output json");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = CommonOptions.Connect(parsed);
            var endpoint = await client.GetEndpointAsync(parsed.GetValue(name)!, cancellationToken);
            if (parsed.GetValue(output) == OutputFormat.Json)
            {
                await terminal.Out.WriteLineAsync(JsonLine.Of(EndpointJson.Of(endpoint)));
                return ExitCodes.Ok;
            }

            return await WriteRowsAsync(terminal, parsed.GetValue(output) ?? OutputFormat.Table, [endpoint]);
        });
        return command;
    }

    private static async Task<int> WriteRowsAsync(Terminal terminal, OutputFormat format, IReadOnlyList<DeploymentEndpoint> endpoints)
    {
        if (format == OutputFormat.Table)
        {
            Tables.Write(terminal, Headings, endpoints.Select(Cells));
            return ExitCodes.Ok;
        }

        foreach (var endpoint in endpoints)
        {
            await terminal.Out.WriteLineAsync(string.Join('\t', Cells(endpoint).Select(Tables.OneLine)));
        }

        return ExitCodes.Ok;
    }

    private static string[] Cells(DeploymentEndpoint endpoint) =>
    [
        endpoint.Name,
        endpoint.Type.Value ?? "-",
        Joined(endpoint.Models.Select(model => model.Name)),
        Joined(endpoint.Models.Select(model => model.Provider)),
        endpoint.Limit is { } limit ? $"{limit.Calls} per {limit.RenewalPeriod}" : "-",
        endpoint.State ?? "-",
    ];

    private static string Joined(IEnumerable<string?> names) => string.Join(", ", names.Where(name => !string.IsNullOrEmpty(name)).Distinct(StringComparer.Ordinal)) is { Length: > 0 } joined ? joined : "-";
}
