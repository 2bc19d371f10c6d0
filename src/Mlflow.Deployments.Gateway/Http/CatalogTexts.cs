namespace Mlflow.Deployments.Gateway.Http;

/// <summary>Sentences of the catalogue, in the words that MLflow's clients know.</summary>
internal static class CatalogTexts
{
    public static string NoEndpoint(string name) => $"The endpoint '{name}' is not present or active on the server. Please verify the endpoint name.";

    public static string NoRoute(string name) => $"The route '{name}' is not present or active on the server. Please verify the route name.";
}
