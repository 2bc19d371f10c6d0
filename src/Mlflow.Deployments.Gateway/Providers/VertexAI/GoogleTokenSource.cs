using System.Globalization;
using System.Text.Json;
using Mlflow.Deployments.Gateway.Json;
using Mlflow.Deployments.Gateway.Providers.Translation;
using Mlflow.Deployments.Json;
using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments.Gateway.Providers.VertexAI;

/// <summary>Gives out the token of one account: fetched once for all who wait, kept until shortly before it ends.</summary>
internal sealed class GoogleTokenSource(GoogleCredential credential, ProviderServices services)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly FetchedValue<string> _token = new(services.TimeProvider);

    /// <exception cref="ProviderException">There is no token to be had.</exception>
    public ValueTask<string> GetAsync(ProviderCall call, CancellationToken cancellationToken) =>
        _token.GetAsync((Source: this, call), static x => x.Source.FetchAsync(x.call), cancellationToken);

    /// <summary>Drops a token that was refused.</summary>
    public void Drop(string? refused) => _token.Drop(token => token == refused);

    private async Task<(string Token, DateTimeOffset UsableUntil)> FetchAsync(ProviderCall call)
    {
        await Task.Yield(); // out of the lock
        using var limit = new CancellationTokenSource(Limit, services.TimeProvider);
        try
        {
            DateTimeOffset now = services.TimeProvider.GetUtcNow();
            using HttpRequestMessage request = credential.CreateRequest(now);
            using HttpResponseMessage response = await services.Upstream.SendAsync(request, limit.Token);
            byte[] body = await response.Content.ReadAsByteArrayAsync(limit.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw Failure(call, string.Create(CultureInfo.InvariantCulture, $"answered with status {(int)response.StatusCode}{Reason(body)}"));
            }

            OAuthToken? token = JsonSerializer.Deserialize(body, DeployJson.Default.OAuthToken);
            return token is { AccessToken: { } text } && OAuthToken.IsTokenText(text)
                ? (text, now + token.UsableFor)
                : throw Failure(call, "gave no token");
        }
        catch (OperationCanceledException e)
        {
            throw Failure(call, string.Create(CultureInfo.InvariantCulture, $"was silent for {Limit.TotalSeconds:0} seconds"), e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException)
        {
            throw Failure(call, "could not be reached", e);
        }
        catch (JsonException e)
        {
            throw Failure(call, "gave an answer that is not JSON", e);
        }
    }

    /// <summary>Google's word for it, <c>invalid_grant</c> for instance. The sentence beside it may tell more than a client should know.</summary>
    private static string Reason(byte[] body)
    {
        try
        {
            using JsonDocument document = AnswerJson.Parse(body);
            return document.RootElement.Find("error") is { ValueKind: JsonValueKind.String } error ? $" ({error.GetString()})" : "";
        }
        catch (Exception e) when (e is JsonException or UnexpectedShapeException or InvalidOperationException)
        {
            return "";
        }
    }

    private ProviderException Failure(ProviderCall call, string what, Exception? inner = null) => new(
        FailureKind.CredentialsUnavailable,
        $"Endpoint '{call.Endpoint.Name}' got no token for Vertex AI: the token server for {credential.Owner} {what}.",
        inner);
}
