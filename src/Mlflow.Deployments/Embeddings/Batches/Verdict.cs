namespace Mlflow.Deployments.Embeddings.Batches;

/// <summary>What a failed request means for the texts in it, and for the run.</summary>
internal enum Verdict
{
    /// <summary>It would hit every text, or cannot be understood: the run ends.</summary>
    Fatal,

    /// <summary>The server asks for patience (429, 503): all requests wait.</summary>
    Busy,

    /// <summary>The answer did not come, or the server stumbled: the same request may succeed.</summary>
    Again,

    /// <summary>Refused for what is in it, which may be one text of many.</summary>
    Refused,

    /// <summary>Refused for the number of its texts.</summary>
    TooManyTexts,

    /// <summary>Refused for its length as a whole.</summary>
    TooLong,

    /// <summary>Refused for the encoding that it asks for.</summary>
    Encoding,
}
