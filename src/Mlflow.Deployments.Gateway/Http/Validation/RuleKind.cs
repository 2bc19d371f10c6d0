namespace Mlflow.Deployments.Gateway.Http.Validation;

/// <summary>What a value of a request must be.</summary>
internal enum RuleKind
{
    Any,
    Text,
    Boolean,
    Integer,
    Number,

    /// <summary>One of a few words.</summary>
    Word,
    Object,
    List,

    /// <summary>A text, or a list of objects.</summary>
    TextOrList,

    /// <summary>One of a few words, or an object.</summary>
    WordOrObject,

    /// <summary>A text, texts, token numbers, or lists of token numbers.</summary>
    EmbeddingInput,
}
