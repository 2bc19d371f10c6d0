namespace Mlflow.Deployments.IntegrationTests.Fakes;

/// <summary>Loops that tests write often.</summary>
internal static class AsyncEnumerables
{
    public static async Task ForEachAsync<T>(this IAsyncEnumerable<T> items, Action<T> action)
    {
        await foreach (var item in items)
        {
            action(item);
        }
    }
}
