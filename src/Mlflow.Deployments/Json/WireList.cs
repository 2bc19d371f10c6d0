namespace Mlflow.Deployments.Json;

/// <summary>Makes a list of the wire safe to walk: a missing one is empty, and nulls in it are left out.</summary>
internal static class WireList
{
    public static IReadOnlyList<T> Of<T>(IReadOnlyList<T?>? list)
        where T : class
    {
        if (list is null)
        {
            return [];
        }

        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] is null)
            {
                return [.. list.OfType<T>()];
            }
        }

        return list!;
    }
}
