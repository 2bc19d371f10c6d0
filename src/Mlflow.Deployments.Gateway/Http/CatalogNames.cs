namespace Mlflow.Deployments.Gateway.Http;

/// <summary>The names of the fields of the catalogue, which once had others.</summary>
internal sealed record CatalogNames(string List, string Type, string Url, Func<string, string> NotFound)
{
    public static CatalogNames Current { get; } = new("endpoints", "endpoint_type", "endpoint_url", CatalogTexts.NoEndpoint);

    public static CatalogNames Legacy { get; } = new("routes", "route_type", "route_url", CatalogTexts.NoRoute);
}
