namespace Mlflow.Deployments.Transport;

/// <summary>What a request proves its sender with.</summary>
internal interface ICredential
{
    /// <summary>Puts the proof on a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="send">What the credential asks a server of its own through, if it has to.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    ValueTask ApplyAsync(HttpRequestMessage request, Sender send, CancellationToken cancellationToken);

    /// <summary>Takes note that the server refused the proof on this request with 401. True when another try would carry a new one.</summary>
    bool Renew(HttpRequestMessage refused);
}
