namespace Mlflow.Deployments.Gateway.Json;

/// <summary>What the value of a field must be.</summary>
internal enum ShapeForm
{
    Any,
    Text,
    Number,

    /// <summary>A number list or a text: a vector as floats or as base64.</summary>
    Vector,
    Object,
    List,

    /// <summary>Not read: the value is always the one for a missing field.</summary>
    Fixed,
}
