using System.Text.Json;
using System.Text.Json.Nodes;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Gateway.Providers.Embedded.Dev;

/// <summary>Tells in an answer how it came about, so that nobody has to guess, and a fitting <c>min_score</c> can be found.</summary>
internal static class DevTrace
{
    private const int ScoreDigits = 3;

    /// <summary>Makes the field <c>dev</c> with the rule, and with the score where there is one.</summary>
    public static IDictionary<string, JsonElement> Of(DevAnswer answer)
    {
        var trace = new JsonObject { ["rule"] = answer.Rule };
        if (answer.Score is { } score)
        {
            trace["score"] = Math.Round(score, ScoreDigits);
        }

        JsonElement element = JsonSerializer.SerializeToElement(trace, DeployJson.Default.JsonObject);
        return new Dictionary<string, JsonElement>(StringComparer.Ordinal) { ["dev"] = element };
    }
}
