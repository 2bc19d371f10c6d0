using Mlflow.Deployments.Gateway.Configuration;

namespace Mlflow.Deployments.Gateway.Providers.VertexAI;

/// <summary>What Google gives tokens for: who asks, and how.</summary>
internal abstract record GoogleCredential
{
    protected const string Scope = "https://www.googleapis.com/auth/cloud-platform";

    /// <summary>Makes the request for a token.</summary>
    public abstract HttpRequestMessage CreateRequest(DateTimeOffset now);

    /// <summary>Whose token it is, in error texts.</summary>
    public abstract string Owner { get; }

    /// <summary>The token of a user who signed in with <c>gcloud auth application-default login</c>.</summary>
    internal sealed record User(Uri TokenAddress, string ClientId, Secret ClientSecret, Secret RefreshToken) : GoogleCredential
    {
        public override string Owner => "a user's credentials";

        public override HttpRequestMessage CreateRequest(DateTimeOffset now) => Form(
            TokenAddress,
            ("grant_type", "refresh_token"),
            ("client_id", ClientId),
            ("client_secret", ClientSecret.Reveal()),
            ("refresh_token", RefreshToken.Reveal()));
    }

    /// <summary>The token of the machine that the gateway runs on, at Google Cloud.</summary>
    internal sealed record Machine(string Host) : GoogleCredential
    {
        public override string Owner => "the machine's account";

        public override HttpRequestMessage CreateRequest(DateTimeOffset now)
        {
            var request = new HttpRequestMessage(
                HttpMethod.Get, $"http://{Host}/computeMetadata/v1/instance/service-accounts/default/token?scopes={Uri.EscapeDataString(Scope)}");
            request.Headers.Add("Metadata-Flavor", "Google");
            return request;
        }
    }

    protected static HttpRequestMessage Form(Uri address, params (string Name, string Value)[] fields) => new(HttpMethod.Post, address)
    {
        Content = new FormUrlEncodedContent(fields.Select(x => KeyValuePair.Create(x.Name, x.Value))),
    };
}
