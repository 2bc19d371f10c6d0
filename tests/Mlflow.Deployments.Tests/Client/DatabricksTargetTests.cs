using Mlflow.Deployments.Tests.Support;
using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments.Tests.Client;

public sealed class DatabricksTargetTests : IDisposable
{
    private const string Profiles = """
        [DEFAULT]
        host = https://default.cloud.databricks.com
        token = dapi-default

        [dev]
        host = adb-1.azuredatabricks.net/
        client_id = dev-id
        client_secret = dev-secret

        [bare]

        [cli]
        host = https://cli.test
        auth_type = databricks-cli
        """;

    private const string WaysOut = "Set DATABRICKS_HOST with DATABRICKS_TOKEN, or with DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET; or name a profile: databricks://PROFILE, or DATABRICKS_CONFIG_PROFILE.";

    private readonly DatabricksSettings _settings = new();

    [Test]
    public async Task Host_and_token_of_the_environment_are_taken()
    {
        var target = _settings.With("DATABRICKS_HOST", "https://env.test/").With("DATABRICKS_TOKEN", "dapi-env").Resolve();

        Assert.That(
            (target.Address.AbsoluteUri, target.Dialect, await DatabricksSettings.ProofOfAsync(target)),
            Is.EqualTo(("https://env.test/", DeployDialect.Databricks, "Bearer dapi-env")));
    }

    [Test]
    public async Task Client_of_the_environment_is_taken()
    {
        var target = _settings.With("DATABRICKS_HOST", "env.test").With("DATABRICKS_CLIENT_ID", "id").With("DATABRICKS_CLIENT_SECRET", "secret").Resolve();

        Assert.That((target.Address.AbsoluteUri, await DatabricksSettings.ProofOfAsync(target)), Is.EqualTo(("https://env.test/", "OAuth id/secret")));
    }

    [Test]
    public async Task Token_goes_before_client()
    {
        var target = _settings.With("DATABRICKS_HOST", "env.test").With("DATABRICKS_TOKEN", "t")
            .With("DATABRICKS_CLIENT_ID", "id").With("DATABRICKS_CLIENT_SECRET", "secret").Resolve();

        Assert.That(await DatabricksSettings.ProofOfAsync(target), Is.EqualTo("Bearer t"));
    }

    [Test]
    public async Task Whole_environment_goes_before_a_named_profile()
    {
        var target = _settings.With(Profiles).With("DATABRICKS_CONFIG_PROFILE", "dev").With("DATABRICKS_HOST", "env.test").With("DATABRICKS_TOKEN", "t").Resolve();

        Assert.That((target.Address.Host, await DatabricksSettings.ProofOfAsync(target)), Is.EqualTo(("env.test", "Bearer t")));
    }

    [TestCase(null, "default.cloud.databricks.com", "Bearer dapi-default")]
    [TestCase("", "default.cloud.databricks.com", "Bearer dapi-default")]
    [TestCase("dev", "adb-1.azuredatabricks.net", "OAuth dev-id/dev-secret")]
    [TestCase("bare", "default.cloud.databricks.com", "Bearer dapi-default")]
    public async Task Profile_of_the_environment_is_taken(string? profile, string host, string proof)
    {
        var target = _settings.With(Profiles).With("DATABRICKS_CONFIG_PROFILE", profile).Resolve();

        Assert.That((target.Address.AbsoluteUri, await DatabricksSettings.ProofOfAsync(target)), Is.EqualTo(($"https://{host}/", proof)));
    }

    [Test]
    public async Task Profile_of_the_target_goes_before_the_environment()
    {
        var target = _settings.With(Profiles).With("DATABRICKS_HOST", "env.test").With("DATABRICKS_TOKEN", "t").Resolve("databricks://dev");

        Assert.That((target.Address.Host, await DatabricksSettings.ProofOfAsync(target)), Is.EqualTo(("adb-1.azuredatabricks.net", "OAuth dev-id/dev-secret")));
    }

    [Test]
    public async Task Default_profile_of_the_settings_is_taken()
    {
        var target = _settings.With(Profiles + "\n[__settings__]\ndefault_profile = dev\n").Resolve();

        Assert.That(target.Address.Host, Is.EqualTo("adb-1.azuredatabricks.net"));
        Assert.That(await DatabricksSettings.ProofOfAsync(target), Is.EqualTo("OAuth dev-id/dev-secret"));
    }

    [Test]
    public async Task File_in_the_home_folder_is_taken_when_none_is_named()
    {
        System.IO.File.WriteAllText(Path.Combine(_settings.Home, ".databrickscfg"), Profiles);

        var target = _settings.With("HOME", _settings.Home).Resolve();

        Assert.That(await DatabricksSettings.ProofOfAsync(target), Is.EqualTo("Bearer dapi-default"));
    }

    [Test]
    public async Task Token_of_the_environment_goes_with_the_host_of_the_profile()
    {
        var target = _settings.With(Profiles).With("DATABRICKS_TOKEN", "t").Resolve();

        Assert.That((target.Address.Host, await DatabricksSettings.ProofOfAsync(target)), Is.EqualTo(("default.cloud.databricks.com", "Bearer t")));
    }

    [Test]
    public async Task Host_of_the_environment_is_proven_to_by_a_profile_for_the_same_host()
    {
        var target = _settings.With(Profiles).With("DATABRICKS_HOST", "default.cloud.databricks.com/").Resolve();

        Assert.That(await DatabricksSettings.ProofOfAsync(target), Is.EqualTo("Bearer dapi-default"));
    }

    [Test]
    public async Task Credentials_of_a_profile_do_not_go_to_another_host()
    {
        var target = _settings.With(Profiles).With("DATABRICKS_HOST", "elsewhere.test").Resolve();

        Assert.That((target.Address.Host, await DatabricksSettings.ProofOfAsync(target)), Is.EqualTo(("elsewhere.test", (string?)null)));
        Assert.That(target.CredentialProblem, Does.Contain("DATABRICKS_HOST").And.Contain("'DEFAULT'").And.Contain(_settings.File).And.Not.Contain("dapi"));
    }

    [TestCase("databricks://")]
    [TestCase("databricks:")]
    [TestCase("databricks:///")]
    [TestCase("databricks://a/b")]
    [TestCase("databricks://a?x=1")]
    [TestCase("databricks://scope:prefix")]
    public void Target_that_names_no_profile_throws_with_the_way_out(string target) =>
        Assert.That(() => _settings.With(Profiles).Resolve(target), Throws.ArgumentException.With.Property("ParamName").EqualTo("target").And.Message.Contains("databricks://PROFILE"));

    [Test]
    public void File_that_is_missing_throws_with_its_place_and_the_ways_out() =>
        Assert.That(
            () => _settings.With("DATABRICKS_CONFIG_FILE", _settings.File).Resolve("databricks://dev"),
            Throws.ArgumentException.With.Message.Contains(_settings.File).And.Message.Contains("'dev'").And.Message.Contains("DATABRICKS_TOKEN").And.Message.Contains("does not exist"));

    [Test]
    public void Home_that_is_unknown_throws() =>
        Assert.That(() => _settings.Resolve(), Throws.ArgumentException.With.Message.Contains("HOME").And.Message.Contains("DATABRICKS_HOST"));

    [Test]
    public void Profile_that_is_missing_throws_and_tells_which_there_are() =>
        Assert.That(() => _settings.With(Profiles).Resolve("databricks://prod"), Throws.ArgumentException.With.Message.Contains("'prod'").And.Message.Contains("DEFAULT, bare, cli, dev"));

    [Test]
    public void Host_that_is_missing_throws_with_file_profile_and_key() =>
        Assert.That(
            () => _settings.With("[lone]\ntoken = dapi-x").Resolve("databricks://lone"),
            Throws.ArgumentException.With.Message.Contains(_settings.File).And.Message.Contains("'lone'").And.Message.Contains("'host'").And.Message.Not.Contains("dapi-x"));

    [TestCase("ftp://host")]
    [TestCase("https://host/?o=1")]
    [TestCase("https://user:hunter2@host")]
    [TestCase("https://host#hunter2")]
    [TestCase("hunter2 hunter2")]
    public void Host_that_is_no_address_throws_and_shows_nothing_of_it(string host) =>
        Assert.That(
            () => _settings.With("DATABRICKS_HOST", host).With("DATABRICKS_TOKEN", "t").Resolve(),
            Throws.ArgumentException.With.Message.Contains("DATABRICKS_HOST").And.Message.Not.Contains("hunter2"));

    [TestCase("dapi with space")]
    [TestCase("dapi\nX-Header: 1")]
    [TestCase("däpi")]
    public void Token_that_is_none_throws_and_is_not_shown(string token) =>
        Assert.That(
            () => _settings.With("DATABRICKS_HOST", "env.test").With("DATABRICKS_TOKEN", token).Resolve(),
            Throws.ArgumentException.With.Message.Contains("DATABRICKS_TOKEN").And.Message.Not.Contains(token));

    [Test]
    public void File_that_is_none_throws_with_the_line_and_shows_nothing_of_it() =>
        Assert.That(
            () => _settings.With("[a]\nhost = x\ndapi-secret\n").Resolve(),
            Throws.ArgumentException.With.Message.Contains(_settings.File).And.Message.Contains("line 3").And.Message.Not.Contains("dapi-secret"));

    [Test]
    public void Nothing_to_prove_the_caller_with_throws_with_the_ways_out()
    {
        var target = _settings.With(Profiles.Replace("token = dapi-default", string.Empty, StringComparison.Ordinal)).Resolve("databricks://cli");

        Assert.That(
            () => CredentialChoice.Check(target, new(), null, "options"),
            Throws.ArgumentException.With.Property("ParamName").EqualTo("options").And.Message.Contains("'cli'").And.Message.Contains("client_id").And.Message.Contains("databricks-cli").And.Message.Contains("TokenProvider"));
    }

    [TestCase("client_id", "client_id is there without client_secret")]
    [TestCase("client_secret", "client_secret is there without client_id")]
    public void Half_a_client_throws_and_tells_the_half(string key, string words)
    {
        var target = _settings.With($"[half]\nhost = h.test\n{key} = hunter2").Resolve("databricks://half");

        Assert.That(() => CredentialChoice.Check(target, new(), null, "options"), Throws.ArgumentException.With.Message.Contains(words).And.Message.Not.Contains("hunter2"));
    }

    [Test]
    public void Whatever_proves_the_caller_otherwise_is_enough()
    {
        var target = _settings.With("DATABRICKS_HOST", "env.test").With("HOME", _settings.Home).Resolve();
        using var http = new HttpClient();

        Assert.Multiple(() =>
        {
            Assert.That(() => CredentialChoice.Check(target, new(), null, "options"), Throws.ArgumentException);
            Assert.That(() => CredentialChoice.Check(target, new() { Token = "t" }, null, "options"), Throws.Nothing);
            Assert.That(() => CredentialChoice.Check(target, new() { TokenProvider = _ => ValueTask.FromResult("t") }, null, "options"), Throws.Nothing);
            Assert.That(() => CredentialChoice.Check(target, new() { DefaultHeaders = { ["Authorization"] = "Custom x" } }, null, "options"), Throws.Nothing);
            Assert.That(() => CredentialChoice.Check(target, new(), http, "options"), Throws.Nothing);
        });
    }

    [Test]
    public void Options_win_over_the_environment()
    {
        var target = _settings.With("DATABRICKS_HOST", "env.test").With("DATABRICKS_CLIENT_ID", "id").With("DATABRICKS_CLIENT_SECRET", "secret").Resolve();

        Assert.Multiple(() =>
        {
            Assert.That(CredentialChoice.Of(target, new()), Is.TypeOf<DatabricksOAuthCredential>());
            Assert.That(CredentialChoice.Of(target, new() { Token = "t" }), Is.TypeOf<HeaderCredential>());
            Assert.That(CredentialChoice.Of(target, new() { TokenProvider = _ => ValueTask.FromResult("t") }), Is.TypeOf<TokenProviderCredential>());
            Assert.That(CredentialChoice.Of(target, new() { DefaultHeaders = { ["authorization"] = "Custom x" } }), Is.Null);
        });
    }

    [TestCase("https://dbc-1.cloud.databricks.com", DeployDialect.Databricks)]
    [TestCase("https://adb-1.2.azuredatabricks.net", DeployDialect.Databricks)]
    [TestCase("https://1.1.GCP.Databricks.com", DeployDialect.Databricks)]
    [TestCase("https://adb-1.databricks.azure.us", DeployDialect.Databricks)]
    [TestCase("https://azuredatabricks.net.evil.test", null)]
    [TestCase("https://notdatabricks.com", null)]
    [TestCase("https://my-app.databricksapps.com", null)]
    public void Address_of_a_workspace_is_known_by_its_host(string target, DeployDialect? dialect) =>
        Assert.That(_settings.Resolve(target).Dialect, Is.EqualTo(dialect));

    [Test]
    public void Texts_of_targets_and_clients_show_no_secret()
    {
        var target = _settings.With(Profiles).Resolve("databricks://dev");

        Assert.That($"{target} {CredentialChoice.Of(target, new())} {_settings.Resolve().Credential}", Does.Not.Contain("secret").And.Not.Contain("dapi"));
    }

    [TestCase("databricks")]
    [TestCase(" databricks://dev")]
    [TestCase("openai")]
    public void Credentials_of_MLflow_do_not_go_to_targets_with_their_own(string target)
    {
        var options = DeployClientOptions.FromEnvironment(new() { Target = target }, name => name.StartsWith("MLFLOW_TRACKING_", StringComparison.Ordinal) ? "mlflow" : null);

        Assert.That((options.Token, options.Username, options.Password), Is.EqualTo(((string?)null, (string?)null, (string?)null)));
    }

    [TestCase("databricks://", "The target 'databricks://' names no profile. Use databricks, or databricks://PROFILE.")]
    [TestCase("databricks:dev", "The target 'databricks:dev' names no profile. Use databricks, or databricks://PROFILE.")]
    [TestCase("databricks://a/b", "The target 'databricks://a/b' names no profile. Use databricks, or databricks://PROFILE.")]
    [TestCase("databricks://a?x=1", "The target 'databricks://a?x=1' names no profile. Use databricks, or databricks://PROFILE.")]
    [TestCase("databricks://#a", "The target 'databricks://#a' names no profile. Use databricks, or databricks://PROFILE.")]
    [TestCase("databricks://scope:prefix", "The target 'databricks://scope:prefix' names a secret scope and a key prefix, which this client does not read. Name a profile: databricks://PROFILE.")]
    public void Target_that_names_no_profile_is_told_word_by_word(string target, string message) =>
        Assert.That(() => _settings.With(Profiles).Resolve(target), Throws.ArgumentException.With.Message.StartsWith(message));

    [Test]
    public void Name_of_a_profile_may_end_with_slashes() => Assert.That(_settings.With(Profiles).Resolve("databricks://dev//").Address.Host, Is.EqualTo("adb-1.azuredatabricks.net"));

    [TestCase("[half]\nhost = h.test\nclient_id = i", " (client_id is there without client_secret). Add")]
    [TestCase("[half]\nhost = h.test\nclient_secret = i", " (client_secret is there without client_id). Add")]
    [TestCase("[half]\nhost = h.test", ". Add")]
    [TestCase("[half]\nhost = h.test\nauth_type = cli", ". Its auth_type 'cli' is nothing that this client does by itself. Add")]
    public void Profile_without_credentials_is_told_word_by_word(string file, string words) => Assert.That(
        _settings.With(file).Resolve("databricks://half").CredentialProblem,
        Is.EqualTo($"Profile 'half' in {_settings.File} has neither 'token' nor 'client_id' with 'client_secret'{words} one of them, or set Token or TokenProvider of DeployClientOptions."));

    [Test]
    public void Host_without_credentials_is_told_word_by_word() => Assert.That(
        _settings.With("DATABRICKS_HOST", "env.test").With("HOME", _settings.Home).Resolve().CredentialProblem,
        Is.EqualTo($"DATABRICKS_HOST is set, but nothing proves the caller. {WaysOut}"));

    [Test]
    public void Profile_that_is_named_and_missing_is_told_although_there_is_a_host() => Assert.That(
        () => _settings.With("HOME", _settings.Home).With("DATABRICKS_HOST", "env.test").With("DATABRICKS_CONFIG_PROFILE", "dev").Resolve(),
        Throws.ArgumentException.With.Message.StartsWith($"Profile 'dev' cannot be used: the file {Path.Combine(_settings.Home, ".databrickscfg")} (DATABRICKS_CONFIG_FILE) does not exist. {WaysOut}"));

    [Test]
    public void File_that_is_no_file_cannot_be_read() => Assert.That(
        () => _settings.With("DATABRICKS_CONFIG_FILE", _settings.Home).Resolve(),
        Throws.ArgumentException.With.Message.StartsWith($"The target 'databricks' cannot be used: the file {_settings.Home} (DATABRICKS_CONFIG_FILE) cannot be read. {WaysOut}"));

    [Test]
    public async Task Home_is_found_by_both_names_and_the_tilde_stands_for_it([Values("HOME", "USERPROFILE")] string name, [Values("~/own.cfg", "~\\own.cfg")] string path)
    {
        System.IO.File.WriteAllText(Path.Combine(_settings.Home, "own.cfg"), Profiles);

        var target = _settings.With(name, _settings.Home).With("DATABRICKS_CONFIG_FILE", path).Resolve();

        Assert.That(await DatabricksSettings.ProofOfAsync(target), Is.EqualTo("Bearer dapi-default"));
    }

    [TestCase("id", null)]
    [TestCase(null, "secret")]
    public async Task Half_a_client_of_the_environment_is_none(string? id, string? secret)
    {
        var target = _settings.With(Profiles).With("DATABRICKS_CLIENT_ID", id).With("DATABRICKS_CLIENT_SECRET", secret).Resolve();

        Assert.That(await DatabricksSettings.ProofOfAsync(target), Is.EqualTo("Bearer dapi-default"));
    }

    [TestCase("token = dapi-own", "Bearer dapi-own")]
    [TestCase("client_id = i\nclient_secret = s", "OAuth i/s")]
    [TestCase("client_id = i", "Bearer dapi-default")]
    public async Task What_stands_in_the_profile_goes_before_what_it_inherits(string lines, string proof) =>
        Assert.That(await DatabricksSettings.ProofOfAsync(_settings.With($"[DEFAULT]\nhost = h.test\ntoken = dapi-default\n[own]\n{lines}").Resolve("databricks://own")), Is.EqualTo(proof));

    [Test]
    public async Task Client_that_is_inherited_is_taken() =>
        Assert.That(await DatabricksSettings.ProofOfAsync(_settings.With("[DEFAULT]\nclient_id = i\nclient_secret = s\n[own]\nhost = h.test").Resolve("databricks://own")), Is.EqualTo("OAuth i/s"));

    [Test]
    public async Task Client_of_the_environment_goes_with_the_host_of_the_profile() =>
        Assert.That(await DatabricksSettings.ProofOfAsync(_settings.With(Profiles).With("DATABRICKS_CLIENT_ID", "i").With("DATABRICKS_CLIENT_SECRET", "s").Resolve()), Is.EqualTo("OAuth i/s"));

    [Test]
    public void Bad_values_of_a_profile_are_told_with_their_key() => Assert.Multiple(() =>
    {
        Assert.That(() => _settings.With("[a]\nhost = ftp://h").Resolve("databricks://a"), Throws.ArgumentException.With.Message.StartsWith($"The key 'host' of profile 'a' in {_settings.File} is no address of a workspace: only scheme (http or https), host, port and path belong there"));
        Assert.That(() => _settings.With("[a]\nhost = h.test\ntoken = a b").Resolve("databricks://a"), Throws.ArgumentException.With.Message.StartsWith($"The key 'token' of profile 'a' in {_settings.File} has characters that no token has"));
        Assert.That(() => _settings.With("[a]\ntoken = t").Resolve("databricks://a"), Throws.ArgumentException.With.Message.StartsWith($"Profile 'a' in {_settings.File} has no 'host'. Add a line 'host = https://…' with the address of the workspace, or set DATABRICKS_HOST."));
        Assert.That(() => _settings.With("[DEFAULT]\nhost = ftp://h").With("DATABRICKS_HOST", "env.test").Resolve(), Throws.ArgumentException.With.Message.StartsWith("The key 'host' of profile 'DEFAULT'"));
    });

    [TestCase("http://h.test:81/p", "http://h.test:81/p/")]
    [TestCase(" h.test ", "https://h.test/")]
    public void Host_may_have_scheme_port_and_path(string host, string address) =>
        Assert.That(_settings.With("DATABRICKS_HOST", host).With("DATABRICKS_TOKEN", "t").Resolve().Address.AbsoluteUri, Is.EqualTo(address));

    public void Dispose() => _settings.Dispose();
}
