using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Mlflow.Deployments.Extensions.AI;

/// <summary>Gives a schema the form that providers ask of strict ones: every property required, none beside them. Without strictness a schema stays as it is.</summary>
internal static class StrictSchema
{
    private static readonly AIJsonSchemaTransformOptions Form = new()
    {
        ConvertBooleanSchemas = true,
        DisallowAdditionalProperties = true,
        RequireAllProperties = true,
        MoveDefaultKeywordToDescription = true,
    };

    public static JsonElement Of(JsonElement schema, bool? strict) => strict is true ? AIJsonUtilities.TransformSchema(schema, Form) : schema;
}
