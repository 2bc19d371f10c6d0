using System.Net.Http.Headers;
using System.Text;

namespace Mlflow.Deployments.Transport;

/// <summary>A proof that never changes: one header.</summary>
internal sealed class HeaderCredential : ICredential
{
    private readonly AuthenticationHeaderValue? _authorization;
    private readonly string? _name;
    private readonly string? _value;

    private HeaderCredential(AuthenticationHeaderValue authorization) => _authorization = authorization;

    private HeaderCredential(string name, string value) => (_name, _value) = (name, value);

    public static HeaderCredential Bearer(string token) => new(new AuthenticationHeaderValue("Bearer", token));

    public static HeaderCredential Basic(string userAndPassword) =>
        new(new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(userAndPassword))));

    /// <summary>Makes the proof of Azure OpenAI: a header of its own.</summary>
    public static HeaderCredential ApiKey(string key) => new("api-key", key);

    public ValueTask ApplyAsync(HttpRequestMessage request, Sender send, CancellationToken cancellationToken)
    {
        Apply(request);
        return ValueTask.CompletedTask;
    }

    /// <summary>Puts the header on a request; there is nothing to wait for.</summary>
    public void Apply(HttpRequestMessage request)
    {
        if (_name is null)
        {
            request.Headers.Authorization = _authorization;
        }
        else
        {
            request.Headers.Remove(_name);
            request.Headers.TryAddWithoutValidation(_name, _value);
        }
    }

    public bool Renew(HttpRequestMessage refused) => false;
}
