using System.Security.Cryptography;
using System.Text.Json;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Json;
using Mlflow.Deployments.Gateway.Providers.Translation;

namespace Mlflow.Deployments.Gateway.Providers.VertexAI;

/// <summary>Finds the credentials for Google: in the configuration, or where Google's own tools look (Application Default Credentials).</summary>
internal static class GoogleCredentialReader
{
    private const string FileVariable = "GOOGLE_APPLICATION_CREDENTIALS";
    private const string DefaultTokenAddress = "https://oauth2.googleapis.com/token";
    private const string MetadataHost = "metadata.google.internal";

    public static GoogleCredential Read(SettingsReader reader, string key)
    {
        if (reader.Text(key) is { } text)
        {
            return Parse(reader, key, text.TrimStart().StartsWith('{') ? text : RequiredFile(reader, key, text, "it"));
        }

        if (reader.EnvironmentText(FileVariable) is { } path)
        {
            return Parse(reader, key, RequiredFile(reader, key, path, $"it is missing, and {FileVariable}"));
        }

        return SignedInFile(reader) is { } signedIn && reader.FileText(key, signedIn) is { } user
            ? Parse(reader, key, user)
            : new GoogleCredential.Machine(reader.EnvironmentText("GCE_METADATA_HOST") ?? MetadataHost);
    }

    /// <summary>Where <c>gcloud auth application-default login</c> leaves what it got.</summary>
    private static string? SignedInFile(SettingsReader reader)
    {
        const string Name = "application_default_credentials.json";
        return reader.EnvironmentText("CLOUDSDK_CONFIG") is { } folder ? Path.Combine(folder, Name)
            : OperatingSystem.IsWindows() && reader.EnvironmentText("APPDATA") is { } data ? Path.Combine(data, "gcloud", Name)
            : reader.EnvironmentText("HOME") is { } home ? Path.Combine(home, ".config", "gcloud", Name)
            : null;
    }

    private static string RequiredFile(SettingsReader reader, string key, string path, string subject)
    {
        string? text = reader.FileText(key, path);
        if (text is null)
        {
            reader.Report(key, $"{subject} names no file; give the JSON of a service account, or the path of a file that holds it");
        }

        return text ?? "";
    }

    private static GoogleCredential Parse(SettingsReader reader, string key, string json)
    {
        // What is wrong with a file was reported already when it could not be read.
        if (json.Length == 0)
        {
            return new GoogleCredential.Machine(MetadataHost);
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(json, JsonText.DocumentOptions);
            return Parse(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or UnexpectedShapeException or CryptographicException or ArgumentException)
        {
            // Only words of ours: the parsers' own may hold a piece of the key.
            string why = e is UnexpectedShapeException ? e.Message : e is JsonException ? "it is not JSON" : "'private_key' is not an RSA key in PEM form";
            reader.Report(key, $"the credentials cannot be used: {why}");
            return new GoogleCredential.Machine(MetadataHost);
        }
    }

    private static GoogleCredential Parse(JsonElement json) => json.Text("type") switch
    {
        "service_account" => ServiceAccount(json),
        "authorized_user" => new GoogleCredential.User(
            TokenAddress(json), json.RequiredText("client_id"), new Secret(json.RequiredText("client_secret")), new Secret(json.RequiredText("refresh_token"))),
        var type => throw new UnexpectedShapeException($"the type '{type}' is not supported; service_account and authorized_user are"),
    };

    private static GoogleServiceAccount ServiceAccount(JsonElement json)
    {
        string pem = json.RequiredText("private_key");
        using var rsa = RSA.Create();
        rsa.ImportFromPem(pem);
        return new GoogleServiceAccount(TokenAddress(json), json.RequiredText("client_email"), json.Text("private_key_id"), new Secret(pem));
    }

    private static Uri TokenAddress(JsonElement json) =>
        Uri.TryCreate(json.Text("token_uri") ?? DefaultTokenAddress, UriKind.Absolute, out Uri? address) && DeployTarget.IsWebAddress(address)
            ? address
            : throw new UnexpectedShapeException("'token_uri' is not an http or https address");
}
