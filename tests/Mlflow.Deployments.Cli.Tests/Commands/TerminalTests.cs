using Microsoft.AspNetCore.Http;
using Mlflow.Deployments.Cli.Tests.Support;

namespace Mlflow.Deployments.Cli.Tests.Commands;

/// <summary>The program as a process with a terminal, or with a pipe whose reader goes away.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Platform(Exclude = "Win")]
public sealed class TerminalTests : IAsyncDisposable
{
    private const string Prompt = "> ";

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private FakeEmbeddings _server = null!;

    [SetUp]
    public async Task StartAsync() => _server = await FakeEmbeddings.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Chat_ctrl_c_stops_the_answer_and_at_the_prompt_the_program(CancellationToken cancellationToken)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Before = async (context, _) =>
        {
            if (_server.Requests == 1)
            {
                await WriteChunkAsync(context, "unfinished");
                await AbortedAsync(context);
                stopped.SetResult();
            }
            else
            {
                await WriteChunkAsync(context, "complete");
                await context.Response.WriteAsync("data: [DONE]\n\n", context.RequestAborted);
            }

            return true;
        };
        using var terminal = PseudoTerminal.Start(80, _server.Address, "chat", "--endpoint", "chat");
        await terminal.UntilAsync(Prompt, cancellationToken);
        await terminal.TypeAsync("first\r");
        await terminal.UntilAsync("unfinished", cancellationToken);
        await terminal.TypeAsync(PseudoTerminal.CtrlC);
        await stopped.Task.WaitAsync(cancellationToken);
        await terminal.UntilAsync(Prompt, cancellationToken);
        await terminal.TypeAsync("second\r");
        await terminal.UntilAsync("complete", cancellationToken);
        await terminal.UntilAsync(Prompt, cancellationToken);
        await terminal.TypeAsync(PseudoTerminal.CtrlC);

        var exitCode = await terminal.EndAsync(cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.Zero);
            Assert.That(terminal.Seen, Does.Contain("unfinished [stopped]").And.Not.Contain("error"));
            Assert.That(terminal.Seen, Does.Match("> [^>]*\n[^>]*$"), "the prompt's line is ended for the shell");
        });
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Stream_ctrl_c_ends_with_130(CancellationToken cancellationToken)
    {
        _server.Before = async (context, _) =>
        {
            await WriteChunkAsync(context, "unfinished");
            await AbortedAsync(context);
            return true;
        };
        using var terminal = PseudoTerminal.Start(80, _server.Address, "stream", "--endpoint", "chat", "--input", Question());
        await terminal.UntilAsync("unfinished", cancellationToken);
        await terminal.TypeAsync(PseudoTerminal.CtrlC);

        var exitCode = await terminal.EndAsync(cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.EqualTo(130));
            Assert.That(terminal.Seen, Does.EndWith("Stopped.\r\n"));
        });
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Stream_reader_that_goes_away_ends_the_call_and_the_program_quietly(CancellationToken cancellationToken)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Before = async (context, _) =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await WriteChunkAsync(context, "word "); // for ever, if nobody says stop
            }

            ended.TrySetResult();
            return true;
        };
        using var process = CliProcess.Start(_server.Address, "stream", "--endpoint", "chat", "--input", Question());
        var read = new char[3];
        await process.StandardOutput.ReadBlockAsync(read, cancellationToken);
        process.StandardOutput.Close();

        await ended.Task.WaitAsync(cancellationToken);
        var error = await process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);

        Assert.Multiple(() =>
        {
            Assert.That(new string(read), Is.EqualTo("wor"));
            Assert.That(process.ExitCode, Is.EqualTo(141));
            Assert.That(error, Is.Empty);
        });
    }

    [TestCase(120, @"embedding \u001b\[[0-9;]+m━━━━")]
    [TestCase(40, "embedding  50% 50 rows")]
    [CancelAfter(60_000)]
    public async Task Embed_progress_is_one_line_that_follows_the_work(int columns, string expected, CancellationToken cancellationToken)
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Before = async (_, _) =>
        {
            await (_server.Requests > 5 ? go.Task.WaitAsync(cancellationToken) : Task.CompletedTask);
            return false;
        };
        using var terminal = PseudoTerminal.Start(columns, _server.Address, EmbedArguments());
        await terminal.UntilAsync("50% 50 rows", cancellationToken);
        go.SetResult();

        var exitCode = await terminal.EndAsync(cancellationToken);

        var bar = terminal.Seen[..terminal.Seen.IndexOf("is written", StringComparison.Ordinal)];
        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.Zero);
            Assert.That(bar, Does.Match(expected).And.Not.Contain("\n"));
        });
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Embed_without_a_terminal_is_plain(CancellationToken cancellationToken)
    {
        var run = await CliProcess.RunAsync(_server.Address, cancellationToken, EmbedArguments());

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.Zero, run.Error);
            Assert.That(run.Output, Is.Empty);
            Assert.That(run.Error, Does.Match(@"^'[^']+' is written: 100 rows \(this run: [^\u001b\r━]+\)\.\n$"));
        });
    }

    private static async Task WriteChunkAsync(HttpContext context, string text)
    {
        try
        {
            if (!context.Response.HasStarted)
            {
                context.Response.ContentType = "text/event-stream";
            }

            await context.Response.WriteAsync($$$"""data: {"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"{{{text}}}"},"finish_reason":null}]}""" + "\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // whoever writes on sees it
        }
    }

    // Until the one who asked has gone away.
    private static async Task AbortedAsync(HttpContext context)
    {
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (context.RequestAborted.Register(aborted.SetResult))
        {
            await aborted.Task;
        }
    }

    private string Question()
    {
        var path = Path.Combine(_folder, "question.json");
        File.WriteAllText(path, """{"messages": [{"role": "user", "content": "Hi"}]}""");
        return path;
    }

    private string[] EmbedArguments()
    {
        var input = Path.Combine(_folder, "in.txt");
        File.WriteAllLines(input, Enumerable.Range(0, 100).Select(i => $"text {i:D2}")); // of one length, so that the share is that of the rows
        return ["embed", "--endpoint", "embeddings", "--input", input, "--output", Path.Combine(_folder, "out.jsonl"), "--batch-size", "10", "--concurrency", "1"];
    }
}
