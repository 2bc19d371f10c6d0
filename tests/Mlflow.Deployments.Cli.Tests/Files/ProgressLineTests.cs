using Microsoft.Extensions.Time.Testing;
using Mlflow.Deployments.Cli.Embedding;
using Spectre.Console;

namespace Mlflow.Deployments.Cli.Tests.Files;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ProgressLineTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly EmbedProgress _progress;

    public ProgressLineTests() => _progress = new(_time);

    [TestCase(140, "embedding ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━  25% 12,345 rows, 1,234 rows/s, 1,000,000 tokens, 5 rejected, 00:00:30 left")]
    [TestCase(120, "embedding ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━  25% 12,345 rows, 1,234 rows/s, 1,000,000 tokens, 5 rejected, 00:00:30 left")]
    [TestCase(96, "embedding ━━━━━━━━━━━━━━━━━━━━━  25% 12.3k rows, 1,234/s, 1.0M tokens, 5 rejected, 00:30 left")]
    [TestCase(80, "embedding ━━━━━━━━━━━━━━━━━━  25% 12.3k rows, 1,234/s, 5 rejected, 00:30 left")]
    [TestCase(60, "embedding ━━━━━━━  25% 12.3k rows, 5 rejected, 00:30 left")]
    [TestCase(52, "embedding  25% 12.3k rows, 5 rejected, 00:30 left")]
    [TestCase(30, "embedding  25% 12.3k rows, ")]
    [TestCase(8, "embed")]
    public void Render_any_width_is_one_line_that_says_what_fits(int width, string expected)
    {
        _progress.SetShare(0);
        for (var i = 0; i < 12_345; i++)
        {
            _progress.Count(i < 5 ? new(default, "refused") : default);
        }

        _progress.Report(new() { Done = 12_345, Failed = 5, Tokens = 1_000_000 });
        _time.Advance(TimeSpan.FromSeconds(10));
        _progress.SetShare(0.25);

        Assert.That(Rendered(width), Is.EqualTo(expected));
    }

    [Test]
    public void Render_writing_has_no_time_left_and_keeps_the_rate_of_embedding()
    {
        _progress.SetShare(0);
        _progress.Count(default);
        _time.Advance(TimeSpan.FromSeconds(1));
        _progress.CountWritten(0.5);
        _time.Advance(TimeSpan.FromSeconds(99));

        Assert.That(Rendered(70), Is.EqualTo("writing ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━  50% 1 row, 1 rows/s"));
    }

    [Test]
    public void Now_texts_that_are_read_but_not_answered_do_not_count_as_done()
    {
        _progress.ReadShare = () => 1; // a small file is read at once
        for (var i = 0; i < 4; i++)
        {
            _progress.CountHanded();
        }

        _progress.Count(default);

        Assert.That(_progress.Now.Share, Is.EqualTo(0.25));
    }

    private string Rendered(int width)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(writer), Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.TrueColor });
        console.Profile.Capabilities.Unicode = true;
        console.Profile.Width = width;
        console.Write(new ProgressLine(_progress));
        return writer.ToString();
    }
}
