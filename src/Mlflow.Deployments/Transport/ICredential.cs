namespace Mlflow.Deployments.Transport;

/// <summary>What a request proves its sender with.</summary>
internal interface ICredential
{
    /// <summary>Puts the proof on a request.</summary>
    ValueTask ApplyAsync(HttpRequestMessage request, CancellationToken cancellationToken);

    /// <summary>Takes note that the server refused the proof on this request with 401. True when another try would carry a new one.</summary>
    bool Renew(HttpRequestMessage refused);
}
