using CsCheck;

namespace Mlflow.Deployments.Tests.Client;

public class DatabricksConfigFileTests
{
    private static readonly Gen<string> Words = Gen.String[Gen.Char["abcxyzÄ/.:=#;-_%"], 1, 12];

    private static readonly Gen<string> Keys = Gen.String[Gen.Char["abcXYZ_"], 1, 8];

    private static readonly Gen<string> LineEnd = OneOf("\n", "\r\n", "\r");

    private static readonly Gen<string> Noise = OneOf(string.Empty, "# token = no", "; [no]", "   ", "\t# no", "  ; no: no");

    private static readonly Gen<string> Delimiter = OneOf("=", " = ", ":", ": ", "\t:\t", "= ");

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    [Test]
    public void Parse_reads_what_was_written_whatever_lies_between() =>
        Gen.Select(Gen.Dictionary(Keys.Select(key => key.ToLowerInvariant()), Words)[1, 6], LineEnd, Noise, Delimiter, OneOf(string.Empty, " ", "   "), Gen.Bool).Sample(
            (values, end, noise, delimiter, indent, upper) =>
            {
                var lines = values.Select(pair => $"{indent}{(upper ? pair.Key.ToUpperInvariant() : pair.Key)}{delimiter}{pair.Value} {end}{noise}{end}");
                var text = $"\uFEFF{noise}{end}[one]{end}{string.Concat(lines)}[two]{end}other = 1";

                var section = DatabricksConfigFile.Parse(text).Find("one")!.Value;

                Assert.That(section.Values, Is.EquivalentTo(values));
            },
            iter: PropertyRuns.AtMost(500));

    [Test]
    public void Parse_of_any_text_ends_with_a_file_or_with_a_line_number() =>
        Gen.String[Gen.Char["[]ab=:#; \t\n\r"], 0, 60].Sample(
            text =>
            {
                try
                {
                    Assert.That(DatabricksConfigFile.Parse(text).Describe(), Is.Not.Empty);
                }
                catch (FormatException e)
                {
                    Assert.That(e.Message, Does.Match(@"^line \d+ [a-zA-Z ,\[\]=]+\.$"));
                }
            },
            iter: PropertyRuns.AtMost(2000));

    [Test]
    public void Find_inherits_from_DEFAULT_wherever_it_stands()
    {
        var section = DatabricksConfigFile.Parse("[a]\nhost = own\n[DEFAULT]\nhost = shared\ntoken = shared").Find("a")!.Value;
        var profile = new DatabricksProfile("a", "file", section);

        Assert.That((profile["host"], profile["token"], profile.Own("token"), profile["other"]), Is.EqualTo(("own", "shared", (string?)null, (string?)null)));
    }

    [Test]
    public void Deeper_line_continues_a_value() =>
        Assert.That(DatabricksConfigFile.Parse("[a]\n  scopes = one\n    two\n  # no\n  host = h").Find("a")!.Value.Values["scopes"], Is.EqualTo("one\ntwo"));

    [TestCase("a")]
    [TestCase("A")]
    [TestCase("__settings__")]
    [TestCase("DEFAULT")]
    public void Find_of_what_is_no_profile_gives_null(string name) =>
        Assert.That(DatabricksConfigFile.Parse("[b]\nx = 1\n[__settings__]\ny = 2").Find(name), Is.Null);

    [TestCase("host = x", "line 1 stands before the first [profile].")]
    [TestCase("[a]\nhost", "line 2 is neither [profile], key = value nor a comment.")]
    [TestCase("[a]\n= x", "line 2 is neither [profile], key = value nor a comment.")]
    [TestCase("[a]\nhost = x\nHOST = y", "line 3 has a key that was there before.")]
    [TestCase("[a]\n\n[a]", "line 3 is no [profile], or one that was there before.")]
    [TestCase("[]", "line 1 is no [profile], or one that was there before.")]
    [TestCase("[a", "line 1 is no [profile], or one that was there before.")]
    public void Parse_of_a_line_that_is_none_tells_its_number_and_what_is_wrong(string text, string message) =>
        Assert.That(() => DatabricksConfigFile.Parse(text), Throws.TypeOf<FormatException>().With.Message.EqualTo(message));

    [Test]
    public void Find_of_DEFAULT_gives_what_stands_there_once_or_twice() =>
        Assert.That(DatabricksConfigFile.Parse("[DEFAULT]\nhost = h\n[a]\nhost = x\n[DEFAULT]\ntoken = t").Find("DEFAULT")!.Value.Values, Is.EquivalentTo(new Dictionary<string, string> { ["host"] = "h", ["token"] = "t" }));

    [TestCase("", "none")]
    [TestCase("[__settings__]\nx = 1", "none")]
    [TestCase("[b]\nx = 1\n[a]\nx = 1\n[__settings__]\nx = 1", "a, b")]
    public void Describe_names_the_profiles(string text, string names) => Assert.That(DatabricksConfigFile.Parse(text).Describe(), Is.EqualTo(names));
}
