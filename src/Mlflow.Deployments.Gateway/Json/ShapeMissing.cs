namespace Mlflow.Deployments.Gateway.Json;

/// <summary>What goes out for a field that did not come in, or came as null.</summary>
internal enum ShapeMissing
{
    Null,
    Omit,

    /// <summary>The answer cannot be read without it.</summary>
    Fail,

    /// <summary>The object's place in its list.</summary>
    Position,

    /// <summary>An object whose fields are all missing.</summary>
    Empty,
    Value,
}
