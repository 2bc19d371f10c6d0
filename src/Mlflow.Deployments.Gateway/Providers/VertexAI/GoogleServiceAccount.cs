using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Json;

namespace Mlflow.Deployments.Gateway.Providers.VertexAI;

/// <summary>A service account, which signs with its own key that it is who it is.</summary>
internal sealed record GoogleServiceAccount(Uri TokenAddress, string Email, string? KeyId, Secret PrivateKey) : GoogleCredential
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    public override string Owner => "the service account";

    public override HttpRequestMessage CreateRequest(DateTimeOffset now) => Form(
        TokenAddress, ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", Sign(now)));

    private string Sign(DateTimeOffset now)
    {
        string header = Encode(writer =>
        {
            writer.WriteString("alg"u8, "RS256"u8);
            writer.WriteString("typ"u8, "JWT"u8);
            if (KeyId is not null)
            {
                writer.WriteString("kid"u8, KeyId);
            }
        });
        string claims = Encode(writer =>
        {
            writer.WriteString("iss"u8, Email);
            writer.WriteString("scope"u8, Scope);
            writer.WriteString("aud"u8, TokenAddress.OriginalString);
            writer.WriteNumber("iat"u8, now.ToUnixTimeSeconds());
            writer.WriteNumber("exp"u8, (now + Lifetime).ToUnixTimeSeconds());
        });
        string text = $"{header}.{claims}";
        using var rsa = RSA.Create();
        rsa.ImportFromPem(PrivateKey.Reveal());
        byte[] signature = rsa.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Encode(Action<Utf8JsonWriter> write)
    {
        using var buffer = new PooledBuffer();
        using (Utf8JsonWriter writer = JsonText.CreateWriter(buffer))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return Base64Url.EncodeToString(buffer.WrittenSpan);
    }
}
