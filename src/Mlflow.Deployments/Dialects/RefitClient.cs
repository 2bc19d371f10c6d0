using System.Net;
using Mlflow.Deployments.Json;
using Refit;

namespace Mlflow.Deployments.Dialects;

/// <summary>Makes the generated clients of the dialects' interfaces, all with the same settings.</summary>
internal static class RefitClient
{
    private static readonly RefitSettings Settings = new(new SystemTextJsonContentSerializer(DeployJson.Default.Options))
    {
        TransportExceptionFactory = static (_, exception, _) => exception, // ours to translate
        Version = HttpVersion.Version20, // where the server offers it; over http, or where it does not, 1.1
        VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
    };

    public static T Create<T>(HttpClient http) => RestService.ForGenerated<T>(http, Settings);
}
