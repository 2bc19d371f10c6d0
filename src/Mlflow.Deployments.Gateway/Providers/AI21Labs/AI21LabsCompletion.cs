using System.Text.Json;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Completions;
using Mlflow.Deployments.Gateway.Providers.Translation;

namespace Mlflow.Deployments.Gateway.Providers.AI21Labs;

/// <summary>A completion in the form of AI21's Jurassic-2 models, at AI21 and at Amazon Bedrock.</summary>
internal static class AI21LabsCompletion
{
    public static IReadOnlyList<(string Name, string OwnName)> Names { get; } = [("stop", "stopSequences"), ("n", "numResults"), ("max_tokens", "maxTokens")];

    public static void Write(RequestFields fields, Utf8JsonWriter writer)
    {
        foreach ((string name, string ownName) in Names)
        {
            fields.Rename(writer, name, ownName);
        }

        fields.CopyRest(writer);
    }

    public static IReadOnlyList<CompletionChoice> ReadChoices(JsonElement answer) =>
    [
        .. answer.RequiredItems("completions").Select((x, i) => new CompletionChoice
        {
            Index = i,
            Text = (x.Object("data") ?? default).Text("text"),
            FinishReason = new FinishReason((x.Object("finishReason") ?? default).Text("reason")),
        }),
    ];
}
