using System.Numerics.Tensors;
using System.Security.Cryptography;
using Mlflow.Deployments.Gateway.Providers.Embedded;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Embedded;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SentenceEncoderTests
{
    private const string ModelSha256 = "4a425dd9f9e81c32a937e0090ee68e88ba18f4c629531b2d5d970d664af675ea";

    private static readonly string[][] Paraphrases =
    [
        ["How old are you?", "What is your age?"],
        ["The cat sat on the mat.", "A kitten is resting on a rug."],
        ["Where can I download my invoice?", "How do I get a copy of my bill?"],
        ["A man is playing a guitar.", "Someone plays an instrument."],
        ["I like my phone.", "Your cellphone looks great."],
        ["The server returned an error.", "The request failed on the backend."],
        ["Shares dropped on Monday.", "The stock market fell sharply at the start of the week."],
        ["How do I reset my password?", "I forgot my login credentials."],
    ];

    private static SentenceEncoder Encoder => SentenceEncoder.Shared;

    [Test]
    public void Resource_has_the_expected_checksum()
    {
        Assert.That(Convert.ToHexStringLower(SHA256.HashData(ReadModel())), Is.EqualTo(ModelSha256));
    }

    [Test]
    public void Encode_gives_a_vector_of_length_one()
    {
        float[] vector = Encoder.Encode("How old are you?");

        Assert.Multiple(() =>
        {
            Assert.That(vector, Has.Length.EqualTo(SentenceEncoder.Dimension));
            Assert.That(TensorPrimitives.Norm<float>(vector), Is.EqualTo(1).Within(1e-5));
        });
    }

    [TestCase("How old are you?", "What is your age?", 0.845)]
    [TestCase("The cat sat on the mat.", "A kitten is resting on a rug.", 0.690)]
    [TestCase("Where can I download my invoice?", "How do I get a copy of my bill?", 0.674)]
    [TestCase("How do I reset my password?", "I forgot my login credentials.", 0.520)]
    [TestCase("HOW OLD ARE YOU?", "how old are you?", 0.528)]
    public void Encode_two_sentences_have_the_documented_cosine(string first, string second, double expected)
    {
        Assert.That(Cosine.Of(first, second), Is.EqualTo(expected).Within(0.01));
    }

    [Test]
    public void Encode_a_paraphrase_is_nearer_than_every_other_sentence()
    {
        string[] candidates = [.. Paraphrases.Select(p => p[1])];

        string[] nearest = [.. Paraphrases.Select(p => candidates.MaxBy(c => Cosine.Of(p[0], c))!)];

        Assert.That(nearest, Is.EqualTo(candidates));
    }

    [Test]
    public void Encode_text_behind_the_first_128_tokens_changes_nothing()
    {
        string text = string.Join(' ', Enumerable.Repeat("the", SentenceEncoder.MaxTokens));

        float[] vector = Encoder.Encode(text);

        Assert.Multiple(() =>
        {
            Assert.That(Encoder.CountTokens(text), Is.EqualTo(SentenceEncoder.MaxTokens));
            Assert.That(Encoder.Encode(text + " cat sat on the mat"), Is.EqualTo(vector));
            Assert.That(Encoder.Encode(text[..^4]), Is.Not.EqualTo(vector));
        });
    }

    [Test]
    public void Encode_the_order_of_words_matters()
    {
        Assert.That(Cosine.Of("The dog bit the man.", "The man bit the dog."), Is.LessThan(0.9999f));
    }

    [Test]
    public void Encode_surrogate_pairs_count_as_one_unknown_character_each()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Encoder.Encode("hello \U0001F600"), Is.EqualTo(Encoder.Encode("hello \U0001F600\U0001F680")));
            Assert.That(Encoder.Encode("hello \U0001F600"), Is.EqualTo(Encoder.Encode("hello \uD83D")));
        });
    }

    [Test]
    public async Task Encode_hundred_calls_at_once_give_the_vectors_of_one_at_a_time()
    {
        string[] texts = [.. Enumerable.Range(0, 100).Select(i => $"Sentence {i} about {Paraphrases[i % 8][i % 2]}")];
        float[][] expected = [.. texts.Select(Encoder.Encode)];

        float[][] actual = await Task.WhenAll(texts.Select(t => Task.Run(() => Encoder.Encode(t))));

        Assert.That(actual, Is.EqualTo(expected));
    }

    [TestCase("")]
    [TestCase(" \t\n")]
    public void Encode_blank_text_throws(string text)
    {
        Assert.Multiple(() =>
        {
            Assert.That(SentenceEncoder.IsBlank(text), Is.True);
            Assert.That(Encoder.CanEncode(text), Is.False);
            Assert.That(() => Encoder.Encode(text), Throws.ArgumentException);
        });
    }

    [Test]
    public void Load_a_whole_file_gives_the_same_vectors()
    {
        SentenceEncoder loaded = SentenceEncoder.Load(ReadModel());

        Assert.That(loaded.Encode("How old are you?"), Is.EqualTo(Encoder.Encode("How old are you?")));
    }

    [TestCase(0, "not a sentence encoder's model file")]
    [TestCase(40, "not a sentence encoder's model file")]
    [TestCase(100_000, "checksum")]
    [TestCase(7_209_775, "checksum")]
    public void Load_a_file_that_is_cut_off_throws(int length, string message)
    {
        byte[] file = ReadModel()[..length];

        Assert.That(() => SentenceEncoder.Load(file), Throws.InstanceOf<InvalidDataException>().With.Message.Contains(message));
    }

    [TestCase(0, "not a sentence encoder's model file")]
    [TestCase(8, "version")]
    [TestCase(3_000_000, "checksum")]
    [TestCase(7_209_775, "checksum")]
    public void Load_a_file_with_a_changed_byte_throws(int position, string message)
    {
        byte[] file = ReadModel();
        file[position] ^= 0x40;

        Assert.That(() => SentenceEncoder.Load(file), Throws.InstanceOf<InvalidDataException>().With.Message.Contains(message));
    }

    private static byte[] ReadModel()
    {
        using Stream resource = typeof(SentenceEncoder).Assembly.GetManifestResourceStream(SentenceEncoder.ResourceName)!;
        var file = new byte[resource.Length];
        resource.ReadExactly(file);
        return file;
    }
}
