namespace Mlflow.Deployments.Gateway.Providers.OpenAI;

/// <summary>Whose form of OpenAI's API is spoken.</summary>
internal enum OpenAIApiType
{
    OpenAI,
    Azure,
    AzureAD,
}
