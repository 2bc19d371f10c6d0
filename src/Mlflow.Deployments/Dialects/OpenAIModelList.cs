namespace Mlflow.Deployments.Dialects;

/// <summary>The list of models as OpenAI's API gives it.</summary>
internal sealed record OpenAIModelList
{
    public IReadOnlyList<OpenAIModel>? Data { get; init; }
}
