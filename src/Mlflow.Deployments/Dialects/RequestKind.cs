namespace Mlflow.Deployments.Dialects;

/// <summary>What is asked for. Servers with a route for each kind need to know.</summary>
internal enum RequestKind
{
    /// <summary>JSON of a form of its own: a model server's <c>inputs</c>, <c>dataframe_split</c> and so on.</summary>
    Other,

    /// <summary>Messages.</summary>
    Chat,

    /// <summary>A prompt.</summary>
    Completions,

    /// <summary>Texts to turn into vectors.</summary>
    Embeddings,
}
