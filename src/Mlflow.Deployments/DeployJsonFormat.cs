using System.Text.Json;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments;

/// <summary>The JSON in which requests and answers cross the wire, for apps that store conversations or write test data.</summary>
public static class DeployJsonFormat
{
    /// <summary>Gets the settings that read and write the package's requests, answers and chunks, and what they hold, as a gateway does.</summary>
    /// <value>Read-only and shared; knows the types at compile time, so that it works trimmed and as Native AOT.</value>
    /// <example><c>JsonSerializer.Serialize(request, DeployJsonFormat.Options)</c></example>
    public static JsonSerializerOptions Options => DeployJson.Default.Options;
}
