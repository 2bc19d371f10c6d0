namespace Mlflow.Deployments.Transport;

/// <summary>Sends a request as it is, below credentials and the caller's headers: for what a credential itself has to ask.</summary>
internal delegate Task<HttpResponseMessage> Sender(HttpRequestMessage request, CancellationToken cancellationToken);
