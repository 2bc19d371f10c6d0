using System.Net;
using System.Text;
using System.Text.Json;
using Mlflow.Deployments.Errors;
using Mlflow.Deployments.Json;

namespace Mlflow.Deployments.Transport;

/// <summary>
/// A token that Databricks gives for a client id and a client secret (OAuth's client credentials). It is fetched once for all calls that wait for
/// it, kept until shortly before it ends, and dropped when the server refuses it.
/// </summary>
/// <remarks>Source: Databricks workspaces, <c>POST {host}/oidc/v1/token</c>.</remarks>
internal sealed class DatabricksOAuthCredential(OAuthClient client, DeployTarget target, TimeProvider clock) : ICredential
{
    private readonly CallContext _call = CallContext.ForServer("The token endpoint oidc/v1/token", target);
    private readonly FetchedValue<string> _token = new(clock);

    public async ValueTask ApplyAsync(HttpRequestMessage request, Sender send, CancellationToken cancellationToken) =>
        request.Headers.Authorization = new("Bearer", await GetAsync(request, send, cancellationToken).ConfigureAwait(false));

    public bool Renew(HttpRequestMessage refused)
    {
        if (refused.Headers.Authorization is not { Scheme: "Bearer", Parameter: { } used })
        {
            return false; // what was refused is not ours: a header of the caller, or none behind a redirect
        }

        _token.Drop(token => token == used);
        return true;
    }

    private ValueTask<string> GetAsync(HttpRequestMessage waiting, Sender send, CancellationToken cancellationToken) =>
        _token.GetAsync((Credential: this, waiting, send), static x => x.Credential.FetchAsync(x.waiting, x.send), cancellationToken);

    private async Task<(string Token, DateTimeOffset UsableUntil)> FetchAsync(HttpRequestMessage waiting, Sender send)
    {
        using var request = NewRequest(waiting);
        await Task.Yield(); // out of the lock
        using var limit = new CancellationTokenSource(Defaults.TokenTimeout, clock);
        try
        {
            var asked = clock.GetUtcNow();
            using var response = await send(request, limit.Token).ConfigureAwait(false);
            var answer = await ReadAsync(response, limit.Token).ConfigureAwait(false);
            return (answer.AccessToken!, asked + answer.UsableFor);
        }
        catch (OperationCanceledException e)
        {
            throw ErrorFactory.TokenTimeout(_call, limit.IsCancellationRequested ? Defaults.TokenTimeout : null, e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw ErrorFactory.Connection(e, _call);
        }
    }

    private HttpRequestMessage NewRequest(HttpRequestMessage waiting)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(target.Address, "oidc/v1/token"))
        {
            Headers = { Authorization = new("Basic", BasicText()), Accept = { new("application/json") } },
            Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("scope", "all-apis")]),
        };
        foreach (var product in waiting.Headers.UserAgent)
        {
            request.Headers.UserAgent.Add(product);
        }

        return request;
    }

    private async ValueTask<OAuthToken> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var body = await Answer.ReadStartAsync(response, cancellationToken, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            var said = WithoutSecret(body.Span);
            throw response.StatusCode is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError
                ? ErrorFactory.FromResponse(response, said, _call, clock)
                : ErrorFactory.TokenRefused(response, said, _call);
        }

        // Nothing of a body that may hold a token goes into an exception.
        return Parse(body.Span) is { AccessToken: { } token } answer && OAuthToken.IsTokenText(token)
            ? answer
            : throw ErrorFactory.Unreadable(response, [], _call, "with no token in it");
    }

    private static OAuthToken? Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, DeployJson.Default.OAuthToken);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // A server may repeat what it was sent, in whatever form.
    private byte[] WithoutSecret(ReadOnlySpan<byte> body) => Encoding.UTF8.GetBytes(Redaction.Without(Encoding.UTF8.GetString(body), [client.Secret, BasicText()]) ?? string.Empty);

    private string BasicText() => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{client.Id}:{client.Secret}"));
}
