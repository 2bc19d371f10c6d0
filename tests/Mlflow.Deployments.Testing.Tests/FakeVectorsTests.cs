namespace Mlflow.Deployments.Testing.Tests;

public class FakeVectorsTests
{
    [Test]
    public void Of_gives_unit_vectors_of_the_dimension([Values("", " ", "a", "a cat sat on the mat", "Grüße 👩‍🚀")] string text, [Values(1, 3, 64, 1536)] int dimension)
    {
        var vector = FakeVectors.Of(text, dimension).ToArray();

        Assert.That(vector, Has.Length.EqualTo(dimension));
        Assert.That(Math.Sqrt(vector.Sum(number => number * number)), Is.EqualTo(1).Within(1e-5));
    }

    [Test]
    public void Of_gives_the_same_numbers_on_every_run() =>
        Assert.That(FakeVectors.Of("a cat", 3).ToArray(), Is.EqualTo(FakeVectors.Of("A cat.", 3).ToArray()));

    [Test]
    public void Of_gives_texts_that_share_words_similar_vectors()
    {
        var cat = FakeVectors.Of("the cat sat on the mat");

        Assert.That(Cosine(cat, FakeVectors.Of("a cat on a mat")), Is.GreaterThan(Cosine(cat, FakeVectors.Of("stock prices fell sharply")) + 0.3));
    }

    [Test]
    public void Of_a_dimension_below_1_is_refused() => Assert.That(() => FakeVectors.Of("x", 0), Throws.InstanceOf<ArgumentOutOfRangeException>());

    private static float Cosine(ReadOnlyMemory<float> one, ReadOnlyMemory<float> other) => one.ToArray().Zip(other.ToArray(), (a, b) => a * b).Sum();
}
