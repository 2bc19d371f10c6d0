namespace Mlflow.Deployments;

/// <summary>When a request that asks a model is sent again. Never after a time-out, and never once an answer has begun.</summary>
public enum RetryMode
{
    /// <summary>Only when the server cannot have done the work, or says that it did not: no connection, 429, 503.</summary>
    Safe = 0,

    /// <summary>As MLflow's Python client does: also after 500 and 502, and when the connection closes without an answer. The work may be paid for twice.</summary>
    Mlflow = 1,
}
