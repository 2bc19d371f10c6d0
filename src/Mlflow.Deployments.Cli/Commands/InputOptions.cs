using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Cli.Console;

namespace Mlflow.Deployments.Cli.Commands;

/// <summary>What <c>predict</c> and <c>stream</c> send: a file, a message, or standard input.</summary>
internal sealed class InputOptions
{
    private readonly Option<string> _endpoint = CommonOptions.Endpoint();

    private readonly Option<string?> _input = new("--input", "-i")
    {
        Description = "A file with the request as JSON, or with a text that becomes the message; - is standard input.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _message = new("--message", "-m") { Description = "The user's message, the prompt, or the text to embed, as the endpoint's type wants it.", HelpName = "TEXT" };

    private readonly Option<string[]> _parameters = ParameterOption.Create("A field of the request, for example temperature=0.2");

    public void AddTo(Command command)
    {
        command.Add(_endpoint);
        command.Add(_input);
        command.Add(_message);
        command.Add(_parameters);
        command.Validators.Add(result =>
        {
            if (result.GetResult(_input) is not null && result.GetResult(_message) is not null)
            {
                result.AddError("--input and --message exclude each other; give one of them.");
            }
        });
    }

    public string Endpoint(ParseResult parsed) => parsed.GetValue(_endpoint)!;

    /// <summary>Reads the request. A text is put into the form of the endpoint's type, which the server is asked for.</summary>
    public async Task<JsonObject> ReadAsync(ParseResult parsed, DeployClient client, Terminal terminal, CancellationToken cancellationToken)
    {
        var parameters = ParameterOption.Read(parsed, _parameters); // before anything is asked
        var request = parsed.GetValue(_message) is { } message
            ? await FromTextAsync(message)
            : await FromSourceAsync(parsed.GetValue(_input));
        foreach (var (name, value) in parameters)
        {
            request[name] = value;
        }

        return request;

        async Task<JsonObject> FromSourceAsync(string? file)
        {
            var (text, source) = await ReadTextAsync(file, terminal, cancellationToken);
            return text.AsSpan().TrimStart().StartsWith('{') ? ParseObject(text, source)
                : !string.IsNullOrWhiteSpace(text) ? await FromTextAsync(text.TrimEnd('\r', '\n'))
                : throw CommandException.Usage($"{source} is empty; it needs a JSON object, or a text for the message.");
        }

        async Task<JsonObject> FromTextAsync(string text) => Request(text, await TypeOfAsync(client, Endpoint(parsed), cancellationToken));
    }

    private static JsonObject Request(string text, EndpointType type) =>
        type == EndpointType.Completions ? new() { ["prompt"] = text }
        : type == EndpointType.Embeddings ? new() { ["input"] = text }
        : new() { ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = text }) };

    // A server without a catalogue, or one that does not say types, gets a chat.
    private static async Task<EndpointType> TypeOfAsync(DeployClient client, string endpoint, CancellationToken cancellationToken)
    {
        try
        {
            return (await client.GetEndpointAsync(endpoint, cancellationToken)).Type;
        }
        catch (DeployRequestException)
        {
            return EndpointType.Chat;
        }
    }

    private static async Task<(string Text, string Source)> ReadTextAsync(string? file, Terminal terminal, CancellationToken cancellationToken)
    {
        if (file is not null and not "-")
        {
            return File.Exists(file)
                ? (await File.ReadAllTextAsync(file, cancellationToken), $"The file '{file}'")
                : throw CommandException.Usage($"There is no file '{file}'; check --input.");
        }

        return terminal.IsInputTerminal && file is null
            ? throw CommandException.Usage("There is nothing to send: give --message TEXT, --input FILE, or pipe the request to standard input.")
            : (await terminal.In.ReadToEndAsync(cancellationToken), "Standard input");
    }

    private static JsonObject ParseObject(string text, string source)
    {
        try
        {
            // Members twice, or broken ones, are found now and not when they are used.
            return (JsonObject)JsonNode.Parse(text, documentOptions: new() { AllowDuplicateProperties = false })!;
        }
        catch (JsonException e)
        {
            throw CommandException.Usage($"{source} is no valid JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}); correct it, or send a text with --message.");
        }
    }
}
