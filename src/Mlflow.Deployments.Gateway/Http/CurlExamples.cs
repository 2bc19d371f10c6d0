using Mlflow.Deployments.Gateway.Configuration;

namespace Mlflow.Deployments.Gateway.Http;

/// <summary>A line for the shell that asks an endpoint.</summary>
internal static class CurlExamples
{
    /// <summary>Every name that can be asked, endpoints first, with what it does.</summary>
    public static IEnumerable<(string Name, Operation Operation, string Model)> Names(GatewayConfig config) =>
    [
        .. config.Endpoints.Select(x => (x.Name, x.Operation, $"{x.Model.Provider}/{x.Model.Name}")),
        .. config.Routes.Select(x => (x.Name, x.Operation, "traffic route")),
    ];

    public static string For(string address, string name, Operation operation)
    {
        string body = operation switch
        {
            Operation.Chat => """{"messages": [{"role": "user", "content": "Hello!"}]}""",
            Operation.Completions => """{"prompt": "Once upon a time", "max_tokens": 50}""",
            _ => """{"input": ["Hello!"]}""",
        };
        return $"curl -s {address}/gateway/{name}/invocations -H 'Content-Type: application/json' -d '{body}'";
    }
}
