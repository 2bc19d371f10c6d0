using Mlflow.Deployments.Chat;

namespace Mlflow.Deployments.IntegrationTests.Matrix;

/// <summary>A kind of call.</summary>
/// <param name="Name">The method.</param>
/// <param name="IsReading">Whether it only reads, so that the same work is never paid for twice.</param>
/// <param name="Subject">How its failures begin.</param>
/// <param name="MakeAsync">Makes the call, to its end.</param>
public sealed record MatrixCall(string Name, bool IsReading, string Subject, Func<DeployClient, CancellationToken, Task> MakeAsync)
{
    public static IReadOnlyList<MatrixCall> All { get; } =
    [
        new("PredictAsync", false, "Endpoint 'chat'", (client, token) => client.PredictAsync("chat", new ChatRequest("x"), token)),
        new("PredictStreamAsync", false, "Endpoint 'chat'", (client, token) => client.PredictStreamAsync("chat", new ChatRequest("x"), token).ToListAsync(token).AsTask()),
        new("ListEndpointsAsync", true, "The list of endpoints", (client, token) => client.ListEndpointsAsync(token).ToListAsync(token).AsTask()),
    ];

    public override string ToString() => Name;
}
