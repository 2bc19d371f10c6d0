using System.CommandLine;
using System.Globalization;
using Mlflow.Deployments.Cli.Queue;

namespace Mlflow.Deployments.Cli.Commands;

/// <summary>The options of <c>embed</c> about sharing the work.</summary>
internal sealed class QueueOptions
{
    private const int UsualShardRows = 10_000;
    private const int UsualLease = 60;

    private readonly Option<string?> _queue;

    private readonly Option<int?> _shardRows = new("--shard-rows") { Description = $"The rows that a worker takes at a time. Default: {UsualShardRows}; the first worker's counts.", HelpName = "N" };

    private readonly Option<int?> _lease = new("--lease") { Description = $"How many seconds a worker may be silent before others take its rows. Default: {UsualLease}.", HelpName = "SECONDS" };

    public QueueOptions(bool isRequired)
    {
        _queue = new("--queue")
        {
            Description = "Shares the work with all processes that are given the same queue, input and output. Redis 6.2 or later; the folder of the output must be shared.",
            HelpName = "redis://HOST[:PORT]",
            Required = isRequired,
        };
        foreach (var option in new[] { _shardRows, _lease })
        {
            option.Validators.Add(result =>
            {
                if (result.Tokens.Count == 1 && !(int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var value) && value >= 1))
                {
                    result.AddError($"{option.Name} is '{result.Tokens[0].Value}', but must be a whole number from 1.");
                }
            });
        }
    }

    public void AddTo(Command command)
    {
        command.Add(_queue);
        if (command.Name != "status")
        {
            command.Add(_shardRows);
            command.Add(_lease);
        }
    }

    /// <summary>Leaves out of the help what counts when a job begins; it is still taken.</summary>
    public void HideWhatOnlyBegins() => _shardRows.Hidden = true;

    public string? Url(ParseResult parsed) => parsed.GetValue(_queue);

    public QueueSettings Settings(ParseResult parsed) => new(parsed.GetValue(_shardRows) ?? UsualShardRows, TimeSpan.FromSeconds(parsed.GetValue(_lease) ?? UsualLease));
}
