using System.Numerics.Tensors;
using Mlflow.Deployments.Gateway.Providers.Embedded;

namespace Mlflow.Deployments.Gateway.Tests.Embedded;

internal static class Cosine
{
    public static float Of(string first, string second) =>
        TensorPrimitives.CosineSimilarity<float>(SentenceEncoder.Shared.Encode(first), SentenceEncoder.Shared.Encode(second));
}
