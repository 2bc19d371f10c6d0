using Mlflow.Deployments.Errors;

namespace Mlflow.Deployments.Embeddings;

/// <summary>Checks that an answer has exactly one vector for each text, in order: a vector in the wrong place is worse than none.</summary>
internal static class EmbeddingFit
{
    public static void Check(EmbeddingResponse answer, int count, string endpoint)
    {
        if (answer.Data.Count != count)
        {
            throw BatchErrors.Misfit(endpoint, $"has {answer.Data.Count} vectors for {count} texts");
        }

        for (var i = 0; i < count; i++)
        {
            if (answer.Data[i].Index != i)
            {
                throw BatchErrors.Misfit(endpoint, $"has no vector with index {i}, or one index twice");
            }
        }
    }
}
