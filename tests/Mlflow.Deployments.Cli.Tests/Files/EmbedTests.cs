using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Mlflow.Deployments.Cli.Tests.Support;
using Parquet;

namespace Mlflow.Deployments.Cli.Tests.Files;

/// <summary>Files in, files out.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class EmbedTests : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private FakeEmbeddings _server = null!;

    [SetUp]
    public async Task StartAsync() => _server = await FakeEmbeddings.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task Json_lines_keep_their_bytes_and_get_the_vector()
    {
        string[] lines = ["""{"id": 1.10, "text":"a \u00e9", "deep": {"x": [1e400]} }""", "\t{\"text\" : \"b\",\"big\":123456789012345678901234567890}\r"];
        var input = Write("in.jsonl", "\uFEFF" + string.Join('\n', lines) + "\n\n");

        var run = await EmbedAsync(input, "out.jsonl");

        var expected = $$"""{"id": 1.10, "text":"a \u00e9", "deep": {"x": [1e400]},"embedding":[{{Numbers("a é")}}]}""" + "\n"
            + $$"""{"text" : "b","big":123456789012345678901234567890,"embedding":[{{Numbers("b")}}]}""" + "\n";
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.Zero, run.Error);
            Assert.That(Read("out.jsonl"), Is.EqualTo(expected));
            Assert.That(Directory.GetFiles(_folder).Select(Path.GetFileName), Is.EquivalentTo(new[] { "in.jsonl", "out.jsonl" }));
        });
    }

    [Test]
    public async Task Bad_rows_are_named_with_their_line_and_the_good_ones_arrive()
    {
        var lines = new[] { """{"text":"good"}""", "not json", """{"other":1}""", "", """{"text":7}""", """{"text":""}""", "\"a\"", """{"text":"x"} y""", """{"text":"e","embedding":1}""", """{"text":"\ud800"}""", """{"text":"last"}""" };
        var input = Write("in.jsonl", string.Join('\n', lines));
        await File.AppendAllTextAsync(input, "\n");
        await using (var file = File.OpenWrite(input))
        {
            file.Position = file.Length;
            file.Write([.. "{\"text\":\""u8, 0xFF, .. "\"}\n"u8]);
        }

        var run = await EmbedAsync(input, "out.jsonl");

        var errors = Read("out.jsonl.errors.jsonl").TrimEnd('\n').Split('\n').Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(4));
            Assert.That(run.Error, Does.Contain("9 rows were rejected").And.Contain("out.jsonl.errors.jsonl"));
            Assert.That(Texts("out.jsonl"), Is.EqualTo(new[] { "good", "last" }));
            Assert.That(errors.Select(error => error["line"]!.GetValue<int>()), Is.EqualTo(new[] { 2, 3, 5, 6, 7, 8, 9, 10, 12 }));
            Assert.That(errors.Select(error => error["error"]!.GetValue<string>()), Is.All.StartsWith("Line "));
            Assert.That(errors[^1]["error"]!.GetValue<string>(), Does.Contain("UTF-8"));
        });
    }

    [Test]
    public async Task Texts_that_the_server_rejects_are_named_and_left_out()
    {
        _server.Before = async (context, texts) =>
        {
            if (!texts.Contains("bad"))
            {
                return false;
            }

            context.Response.StatusCode = 400;
            await context.Response.WriteAsync("""{"detail": "this input is refused"}""");
            return true;
        };
        var input = Write("in.txt", "one\ntwo\nbad\nthree\n");

        var run = await EmbedAsync(input, "out.jsonl");

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(4), run.Error);
            Assert.That(Texts("out.jsonl"), Is.EqualTo(new[] { "one", "two", "three" }));
            Assert.That(Read("out.jsonl.errors.jsonl"), Does.StartWith("""{"line":3,"text":"bad","error":""").And.Contain("this input is refused"));
        });
    }

    [Test]
    public async Task Csv_columns_become_fields_also_with_quotes_and_line_ends()
    {
        var input = Write("in.csv", "id,body\r\n1,\"a, \"\"b\"\"\nc\"\r\n2,plain\r\n3\r\n4,\r\n");

        var run = await EmbedAsync(input, "out.jsonl", "--column", "body");

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(4), run.Error);
            Assert.That(Read("out.jsonl"), Is.EqualTo(
                $$"""{"id":"1","body":"a, \"b\"\nc","embedding":[{{Numbers("a, \"b\"\nc")}}]}""" + "\n"
                + $$"""{"id":"2","body":"plain","embedding":[{{Numbers("plain")}}]}""" + "\n"));
            Assert.That(Read("out.jsonl.errors.jsonl"), Does.Contain("\"line\":5").And.Contain("has 1 values for 2 columns").And.Contain("\"line\":6"));
        });
    }

    [TestCase("1,\"open\n2,b\n")]
    [TestCase("1,\"open")]
    [TestCase("1,open\"\n2,b\r\n")]
    public async Task Csv_quote_that_is_left_open_is_named_and_swallows_no_rows_in_silence(string rows)
    {
        var run = await EmbedAsync(Write("in.csv", "id,text\n0,good\n" + rows), "out.jsonl");

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(4));
            Assert.That(run.Error, Does.Contain("Line 3 has a quote that is left open"));
            Assert.That(Texts("out.jsonl"), Is.EqualTo(new[] { "good" }));
        });
    }

    [Test]
    public async Task Csv_empty_lines_are_no_rows_and_a_byte_order_mark_is_no_part_of_a_name()
    {
        var run = await EmbedAsync(Write("in.csv", "\uFEFF\"text\",\"id\"\r\n\"ä€😀\",\"\"\r\n\r\nb,2\r\n\r\n"), "out.jsonl");

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.Zero, run.Error);
            Assert.That(Texts("out.jsonl"), Is.EqualTo(new[] { "ä€😀", "b" }));
        });
    }

    [TestCase("in.tsv", "id\ttext\n1\ta;b\n", null)]
    [TestCase("in.csv", "id;text\n1;a,b\n", ";")]
    public async Task Separators_are_those_of_the_format_or_as_said(string name, string content, string? separator)
    {
        var run = await EmbedAsync(Write(name, content), "out.jsonl", separator is null ? [] : ["--separator", separator]);

        Assert.That(Texts("out.jsonl"), Has.Length.EqualTo(1), run.Error);
    }

    [Test]
    public async Task Parquet_from_json_lines_keeps_columns_types_and_order()
    {
        var input = Write("in.jsonl", """
            {"text":"a","n":1,"x":1.5,"ok":true,"mixed":1,"list":[1,2]}
            {"text":"b","x":2,"mixed":"two","late":"z"}
            """);

        var run = await EmbedAsync(input, "out.parquet");

        Assert.That(run.ExitCode, Is.Zero, run.Error);
        var columns = await ReadParquetAsync("out.parquet");
        Assert.Multiple(() =>
        {
            Assert.That(columns.Keys, Is.EqualTo(new[] { "text", "n", "x", "ok", "mixed", "list", "late", "embedding/list/element" }));
            Assert.That(columns["text"], Is.EqualTo(new object?[] { "a", "b" }));
            Assert.That(columns["n"], Is.EqualTo(new object?[] { 1L, null }));
            Assert.That(columns["x"], Is.EqualTo(new object?[] { 1.5, 2.0 }));
            Assert.That(columns["ok"], Is.EqualTo(new object?[] { true, null }));
            Assert.That(columns["mixed"], Is.EqualTo(new object?[] { "1", "two" }));
            Assert.That(columns["list"], Is.EqualTo(new object?[] { "[1,2]", null }));
            Assert.That(columns["embedding/list/element"], Is.EqualTo(FakeEmbeddings.VectorOf("a").Concat(FakeEmbeddings.VectorOf("b"))));
        });
    }

    [Test]
    public async Task Parquet_to_parquet_keeps_types_nulls_and_lists_without_the_rejected_rows()
    {
        await SampleParquet.WriteAsync(Path.Combine(_folder, "in.parquet"), ["a", null, "c"]);

        var run = await EmbedAsync(Path.Combine(_folder, "in.parquet"), "out.parquet");

        Assert.That(run.ExitCode, Is.EqualTo(4), run.Error);
        var columns = await ReadParquetAsync("out.parquet");
        Assert.Multiple(() =>
        {
            Assert.That(columns["text"], Is.EqualTo(new object?[] { "a", "c" }));
            Assert.That(columns["n"], Is.EqualTo(new object?[] { 0, 2 }));
            Assert.That(columns["price"], Is.EqualTo(new object?[] { 0.25m, 2.25m }));
            Assert.That(columns["tags/list/element"], Is.EqualTo(new object?[] { 0L, 2L, 2L, 2L }));
            Assert.That(columns["embedding/list/element"], Is.EqualTo(FakeEmbeddings.VectorOf("a").Concat(FakeEmbeddings.VectorOf("c"))));
            Assert.That(Read("out.parquet.errors.jsonl"), Does.StartWith("""{"row":2,"text":null,"error":"Row 2 has null"""));
        });
    }

    [Test]
    public async Task Parquet_with_nested_columns_to_json_lines_is_refused_before_much_is_lost()
    {
        await SampleParquet.WriteAsync(Path.Combine(_folder, "in.parquet"), ["a"]);

        var run = await EmbedAsync(Path.Combine(_folder, "in.parquet"), "out.jsonl");

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(2));
            Assert.That(run.Error, Does.Contain("'tags'").And.Contain(".parquet"));
            Assert.That(_server.Requests, Is.Zero);
        });
    }

    [TestCase("in.jsonl", "{\"text\":\"a\"}", "out.csv", ".jsonl, .ndjson or .parquet")]
    [TestCase("in.doc", "x", "out.jsonl", "--input-format")]
    [TestCase("in.csv", "a,b\n1,2\n", "out.jsonl", "has no column 'text', but 'a', 'b'")]
    [TestCase("in.csv", "", "out.jsonl", "in.csv")]
    [TestCase("in.csv", "text,text\n1,2\n", "out.jsonl", "cannot be read as CSV")]
    [TestCase("out.jsonl.errors.jsonl", "{\"text\":\"a\"}", "out.jsonl", "give another --output")]
    [TestCase("out.jsonl", "{\"text\":\"a\"}", "out.jsonl", "give another --output")]
    [TestCase("in.parquet", "rubbish", "out.jsonl", "cannot be read as Parquet")]
    [TestCase("in.jsonl", "{\"text\":\"a\"}", "no/such/folder/out.jsonl", "There is no folder")]
    public async Task Files_that_cannot_be_used_are_refused_before_anything_is_asked(string name, string content, string output, string expected)
    {
        var run = await EmbedAsync(Write(name, content), output);

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(2));
            Assert.That(run.Error, Does.Contain(expected).And.Not.Contain("   at "));
            Assert.That(_server.Requests, Is.Zero);
            Assert.That(Directory.GetFiles(_folder), Has.Length.EqualTo(1), "nothing is left behind");
        });
    }

    [Test]
    public async Task Output_that_is_a_folder_is_refused_before_anything_is_asked()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "out.jsonl"));

        var run = await EmbedAsync(Write("in.txt", "a\n"), "out.jsonl");

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(2));
            Assert.That(run.Error, Does.Contain("is a folder"));
            Assert.That(_server.Requests, Is.Zero);
        });
    }

    [TestCase("input")]
    [TestCase("encoding_format")]
    public async Task Parameter_that_the_program_fills_is_refused_before_anything_is_begun(string name)
    {
        var run = await EmbedAsync(Write("in.txt", "a\n"), "out.jsonl", "--param", $"{name}=float");

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(2));
            Assert.That(run.Error, Does.Contain($"--param names '{name}'"));
            Assert.That(Directory.GetFiles(_folder), Has.Length.EqualTo(1));
        });
    }

    [Test]
    [Platform(Exclude = "Win")]
    [CancelAfter(60_000)]
    public async Task Input_that_is_a_pipe_is_one_sentence(CancellationToken cancellationToken)
    {
        var run = await CliProcess.RunAsync(_server.Address, cancellationToken, "embed", "--endpoint", "embeddings", "--input", "/dev/stdin", "--input-format", "txt", "--output", Path.Combine(_folder, "out.jsonl"));

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(2));
            Assert.That(run.Error, Does.StartWith("error: '/dev/stdin' is a pipe").And.Not.Contain("   at "));
        });
    }

    [TestCase("in.jsonl", "")]
    [TestCase("in.csv", "text\n")]
    public async Task Input_without_rows_gives_an_empty_output(string name, string content)
    {
        var run = await EmbedAsync(Write(name, content), "out.jsonl");

        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.Zero, run.Error);
            Assert.That(Read("out.jsonl"), Is.Empty);
        });
    }

    [Test]
    public async Task Input_without_rows_gives_a_parquet_file_that_can_be_read()
    {
        var run = await EmbedAsync(Write("in.jsonl", ""), "out.parquet");

        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That((await ReadParquetAsync("out.parquet")).Keys, Is.EqualTo(new[] { "embedding/list/element" }));
    }

    internal static string Numbers(string text) => string.Join(',', FakeEmbeddings.VectorOf(text).Select(number => number.ToString(CultureInfo.InvariantCulture)));

    private Task<CommandRun> EmbedAsync(string input, string output, params string[] more) =>
        CommandRun.OfAsync(["embed", "--target", _server.Address, "--endpoint", "embeddings", "--input", input, "--output", Path.Combine(_folder, output), .. more]);

    private string Write(string name, string content)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, content, new UTF8Encoding(false));
        return path;
    }

    private string Read(string name) => File.ReadAllText(Path.Combine(_folder, name));

    private string[] Texts(string name) => [.. File.ReadLines(Path.Combine(_folder, name)).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("text").GetString()!)];

    private async Task<Dictionary<string, List<object?>>> ReadParquetAsync(string name)
    {
        await using var reader = await ParquetReader.CreateAsync(Path.Combine(_folder, name));
        var columns = reader.Schema.GetDataFields().ToDictionary(field => string.Join('/', field.Path.ToList()), _ => new List<object?>());
        for (var i = 0; i < reader.RowGroupCount; i++)
        {
            using var group = reader.OpenRowGroupReader(i);
            foreach (var field in reader.Schema.GetDataFields())
            {
                using var data = await group.ReadRawColumnDataBaseAsync(field);
                columns[string.Join('/', field.Path.ToList())].AddRange(SampleParquet.Values(field, data));
            }
        }

        return columns;
    }
}
