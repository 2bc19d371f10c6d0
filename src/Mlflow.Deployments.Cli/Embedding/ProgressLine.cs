using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Mlflow.Deployments.Cli.Embedding;

/// <summary>A bar with what there is to say about it, on one line however narrow the terminal is.</summary>
internal sealed class ProgressLine(EmbedProgress progress) : IRenderable
{
    private const int ShortestBar = 10;
    private const int LongestBar = 40;
    private const int LeastBar = 4; // a shorter one tells nothing
    private const int RightMargin = 3; // for the ^C that a terminal shows: on a line of its own it would stay

    private static readonly Style Done = new(Color.Green);
    private static readonly Style Open = new(Color.Grey);

    public Measurement Measure(RenderOptions options, int maxWidth) => new(maxWidth, maxWidth);

    public IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        var state = progress.Now;
        var room = maxWidth - RightMargin;
        var percent = string.Create(CultureInfo.InvariantCulture, $"{(int)(state.Share * 100),4}%");
        var (bar, text) = Fit(state, room - state.Stage.Length - 1 - percent.Length - 1);
        if (bar == 0)
        {
            var line = $"{state.Stage}{percent} {text}";
            return [new(line[..Math.Clamp(room, 0, line.Length)])];
        }

        var filled = (int)(bar * state.Share);
        var (mark, rest) = (options.Unicode ? '━' : '=', options.ColorSystem == ColorSystem.NoColors ? ' ' : options.Unicode ? '━' : '-');
        return [new($"{state.Stage} "), new(new string(mark, filled), Done), new(new string(rest, bar - filled), Open), new($"{percent} {text}")];
    }

    // The most that fits: all digits, else rounded numbers, else without what matters least.
    private static (int Bar, string Text) Fit(ProgressState state, int room)
    {
        foreach (var text in new[] { state.Describe(), state.Describe(isShort: true, withTokens: true, withRate: true), state.Describe(isShort: true, withTokens: false, withRate: true) })
        {
            if (room - text.Length >= ShortestBar)
            {
                return (Math.Min(room - text.Length, LongestBar), text);
            }
        }

        var least = state.Describe(isShort: true, withTokens: false, withRate: false);
        return (room - least.Length >= LeastBar ? Math.Min(room - least.Length, LongestBar) : 0, least);
    }
}
