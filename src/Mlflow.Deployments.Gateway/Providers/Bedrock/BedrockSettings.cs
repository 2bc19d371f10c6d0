using System.Globalization;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Providers.Bedrock.Aws;

namespace Mlflow.Deployments.Gateway.Providers.Bedrock;

/// <summary>The settings of the providers <c>bedrock</c> and <c>amazon-bedrock</c>: the section <c>aws_config</c>, in the first of its forms that fits.</summary>
internal sealed record BedrockSettings : ProviderSettings
{
    public const string SessionName = "ai-gateway-bedrock";

    private const string SectionName = "aws_config";
    private const string RegionName = "aws_region";
    private const string KeyIdName = "aws_access_key_id";
    private const string SecretName = "aws_secret_access_key";
    private const string SessionLengthName = "session_length_seconds";

    /// <summary>The limits of AWS STS.</summary>
    private const int ShortestSession = 900;
    private const int LongestSession = 43200;

    public required string Model { get; init; }

    public required AwsEnvironment Environment { get; init; }

    /// <summary>The region of the file; null when it names none.</summary>
    public string? Region { get; init; }

    /// <summary>The address of Bedrock; empty: the one of the region.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>The address of AWS STS; empty: the one of the region.</summary>
    public string TokenEndpoint { get; init; } = "";

    /// <summary>What is sent in place of a signature; null: requests are signed.</summary>
    public Secret? BearerToken { get; init; }

    /// <summary>The role to take on; null: none.</summary>
    public string? RoleArn { get; init; }

    public int SessionSeconds { get; init; } = ShortestSession;

    /// <summary>The keys of the file; null: the default credential chain finds some.</summary>
    public AwsCredentials? Keys { get; init; }

    public static BedrockSettings Read(SettingsReader reader)
    {
        if (!reader.Has(SectionName))
        {
            reader.Report(SectionName, "is missing; it is a mapping with aws_region, and may be empty else: then AWS's default credentials are used");
        }

        SettingsReader section = reader.Section(SectionName);
        return new BedrockSettings
        {
            Model = reader.RequiredModel(),
            Environment = new AwsEnvironment(reader.Sources.Variable, reader.Sources.FileText),
            Region = ReadRegion(section),
            Endpoint = section.Address("aws_endpoint_url", ""),
            TokenEndpoint = section.Address("aws_sts_endpoint_url", ""),
            BearerToken = section.Key("aws_bearer_token"),
            RoleArn = section.Text("aws_role_arn") is { Length: > 0 } role ? role : null,
            SessionSeconds = ReadSessionSeconds(section),
            Keys = ReadKeys(section),
        };
    }

    public override IProvider Build(string providerName, string? modelName, ProviderServices services) =>
        new BedrockProvider(providerName, this, services);

    // A part of the name of the server.
    private static string? ReadRegion(SettingsReader section)
    {
        if (section.Text(RegionName) is not { Length: > 0 } region)
        {
            return null;
        }

        if (!region.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        {
            section.Report(RegionName, $"'{region}' is no region; it is a name such as us-east-1");
        }

        return region;
    }

    private static AwsCredentials? ReadKeys(SettingsReader section)
    {
        Secret? id = section.Key(KeyIdName);
        Secret? secret = section.Key(SecretName);
        if ((id is null) != (secret is null))
        {
            (string missing, string given) = id is null ? (KeyIdName, SecretName) : (SecretName, KeyIdName);
            section.Report(missing, $"is missing; it goes with {given}");
        }

        return id is not null && secret is not null ? new AwsCredentials(id.Reveal(), secret.Reveal(), section.Key("aws_session_token")?.Reveal()) : null;
    }

    private static int ReadSessionSeconds(SettingsReader section)
    {
        if (section.Text(SessionLengthName) is not { } text)
        {
            return ShortestSession;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds is >= ShortestSession and <= LongestSession)
        {
            return seconds;
        }

        section.Report(SessionLengthName, string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {ShortestSession} to {LongestSession}"));
        return ShortestSession;
    }
}
