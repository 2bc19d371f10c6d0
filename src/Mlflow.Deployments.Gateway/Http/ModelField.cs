using System.Text.Json;
using Mlflow.Deployments.Gateway.Http.Validation;
using Mlflow.Deployments.Gateway.Json;

namespace Mlflow.Deployments.Gateway.Http;

/// <summary>The field <c>model</c> at the top of a body that is otherwise nobody's business here.</summary>
/// <param name="Name">Its text.</param>
/// <param name="Place">Where its value stands, quotes included.</param>
/// <param name="User">The text of the field <c>user</c>, if there is one.</param>
internal sealed record ModelField(string Name, Range Place, string? User)
{
    /// <summary>Deeper than any provider takes, and far from what a stack cannot hold.</summary>
    private const int MaxDepth = 512;

    /// <summary>Finds the field. The whole body is read, because half a JSON text is not worth a call.</summary>
    public static (ModelField? Field, ValidationProblem? Problem) Find(ReadOnlySpan<byte> body)
    {
        int offset = body.StartsWith("\uFEFF"u8) ? 3 : 0;
        var reader = new Utf8JsonReader(body[offset..], new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject
                ? Find(ref reader, offset)
                : (null, Problem("model_attributes_type", "Input should be a valid dictionary or object to extract fields from"));
        }
        catch (JsonException)
        {
            return (null, Problem("json_invalid", "JSON decode error"));
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, written as \uD800, is JSON but no text.
            return (null, Problem("json_invalid", "A text is not valid"));
        }
    }

    /// <summary>The body with another name in the place of this one, every other byte as it was.</summary>
    public PooledBuffer Replace(ReadOnlySpan<byte> body, string model)
    {
        byte[] name = JsonText.Encode(model);
        var output = new PooledBuffer(body.Length + name.Length);
        output.Write(body[..Place.Start.Value]);
        output.Write(name);
        output.Write(body[Place.End.Value..]);
        return output;
    }

    private static (ModelField?, ValidationProblem?) Find(ref Utf8JsonReader reader, int offset)
    {
        (string Name, Range Place)? model = null;
        string? user = null;
        ValidationProblem? problem = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isModel = reader.ValueTextEquals("model"u8);
            bool isUser = !isModel && reader.ValueTextEquals("user"u8);
            reader.Read();
            if (isModel && model is not null)
            {
                problem ??= Problem("duplicate_key", "The field stands here twice", "model");
            }
            else if (isModel && reader.TokenType != JsonTokenType.String)
            {
                problem ??= Problem("string_type", "Input should be a valid string", "model");
            }
            else if (isModel)
            {
                model = (reader.GetString()!, (offset + (int)reader.TokenStartIndex)..(offset + (int)reader.BytesConsumed));
            }
            else if (isUser && reader.TokenType == JsonTokenType.String)
            {
                user = reader.GetString();
            }

            reader.Skip();
        }
        // A second value behind the object is an error.
        reader.Read();
        return problem is null && model is { } found
            ? (new ModelField(found.Name, found.Place, user), null)
            : (null, problem ?? Problem("missing", "Field required", "model"));
    }

    private static ValidationProblem Problem(string type, string message, params ReadOnlySpan<object> location)
    {
        var problem = new ValidationProblem(type, message);
        problem.Location.AddRange([.. location, "body"]);
        return problem;
    }
}
