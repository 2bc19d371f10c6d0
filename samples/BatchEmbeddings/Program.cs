// Embeds a few hundred sentences, shows how far it has come, and then finds the sentences that mean what a question means.
//
//   dotnet run --project samples/BatchEmbeddings                                    on a gateway in this process, with the embedded sentence encoder
//   dotnet run --project samples/BatchEmbeddings -- --file notes.txt                the lines of a file instead
//   dotnet run --project samples/BatchEmbeddings -- --target http://localhost:5000  asks the endpoint 'embeddings' of a gateway that runs already
using System.Globalization;
using System.Numerics.Tensors;
using BatchEmbeddings;
using Mlflow.Deployments;
using Mlflow.Deployments.Embeddings;
using Mlflow.Deployments.Gateway;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (!Arguments.TryRead(args, out var target, out var file))
{
    Console.Error.WriteLine("usage: BatchEmbeddings [--target URL] [--file PATH]");
    return 2;
}

try
{
    // No key and no network: the embedded provider has a real sentence encoder.
    await using var gateway = target is null ? await GatewayApplication.StartAsync(new() { Port = 0 }) : null;
    using var client = new DeployClient(target ?? gateway!.Address.ToString());

    var index = await EmbedAsync(client, file is null ? Sentences.All : File.ReadLines(file));
    foreach (var question in Sentences.Questions)
    {
        await SearchAsync(client, index, question);
    }

    return 0;
}
catch (Exception e) when (e is DeployException or ArgumentException or IOException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

// The source may be of any length: it is read only as fast as vectors come back. A text that the model refuses is told, and the rest goes on.
static async Task<List<EmbeddedText>> EmbedAsync(DeployClient client, IEnumerable<string> texts)
{
    var options = new BatchEmbeddingOptions { BatchSize = 64, MaxConcurrency = 4, Deduplicate = true, ContinueOnError = true, Progress = new ConsoleProgress() };
    var index = new List<EmbeddedText>();
    await foreach (var text in client.EmbedAllAsync("embeddings", texts, options))
    {
        if (text.Error is null)
        {
            index.Add(text);
        }
        else
        {
            Console.WriteLine(text.Error.Message);
        }
    }

    return index;
}

static async Task SearchAsync(DeployClient client, List<EmbeddedText> index, string question)
{
    var asked = (await client.EmbedAsync("embeddings", [question]))[0];
    var closest = index
        .Select(text => (text.Text, Likeness: TensorPrimitives.CosineSimilarity(asked.Span, text.Vector.Span)))
        .OrderByDescending(pair => pair.Likeness)
        .Take(3);

    Console.WriteLine($"\n{question}");
    foreach (var (text, likeness) in closest)
    {
        Console.WriteLine($"  {likeness:0.00}  {text}");
    }
}
