using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Mlflow.Deployments.Dialects;
using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments.Telemetry;

/// <summary>What all observed operations of one client have in common.</summary>
internal sealed class ClientTelemetry(DeployTarget target, DeployClientOptions options, ILogger logger)
{
    public TimeProvider Clock => options.TimeProvider;

    public ILogger Logger => logger;

    /// <summary>Gets whether prompts and answers may be shown.</summary>
    public bool ShowsContent => options.EnableSensitiveData;

    /// <summary>Gets whether operations are worth observing: somebody listens, or content is to be logged.</summary>
    public bool IsObserved => Instruments.AreListenedTo || (ShowsContent && logger.IsEnabled(LogLevel.Trace));

    /// <summary>Gets the attributes of every span and measurement.</summary>
    public TagList Tags(string operation, string? endpoint)
    {
        var tags = new TagList
        {
            { Names.OperationName, operation },
            { Names.ProviderName, Provider },
        };
        if (endpoint is not null)
        {
            tags.Add(Names.RequestModel, endpoint);
        }

        tags.Add(Names.ServerAddress, target.Address.Host);
        tags.Add(Names.ServerPort, target.Address.Port);
        return tags;
    }

    /// <summary>Starts to observe something other than a question to a model.</summary>
    public Operation Start(string operation, string? endpoint = null, OperationShape shape = OperationShape.Call) => new(this, operation, endpoint, shape);

    /// <summary>Starts to observe a question to a model.</summary>
    public Operation Start(RequestKind kind, string endpoint, JsonBody body, OperationShape shape)
    {
        var operation = new Operation(this, NameOf(kind), endpoint, shape);
        operation.Asks(body);
        return operation;
    }

    private string Provider => (options.Dialect ?? target.Dialect) switch
    {
        DeployDialect.Databricks => "databricks",
        DeployDialect.OpenAI => target.AzureApiVersion is null ? "openai" : "azure.ai.openai",
        _ => "mlflow",
    };

    private static string NameOf(RequestKind kind) => kind switch
    {
        RequestKind.Chat => Names.Chat,
        RequestKind.Completions => Names.TextCompletion,
        RequestKind.Embeddings => Names.Embeddings,
        _ => Names.Predict,
    };
}
