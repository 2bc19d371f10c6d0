using System.Globalization;
using System.Text.Json;
using Mlflow.Deployments.Gateway.Json;

namespace Mlflow.Deployments.Gateway.Providers.Translation;

/// <summary>
/// The parameters at the top of a request, which a provider renames, scales, drops or lets pass. They are copied as they were written;
/// each goes out at most once, under one name.
/// </summary>
internal sealed class RequestFields
{
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _rest = new(StringComparer.Ordinal);

    private RequestFields()
    {
    }

    /// <summary>Finds the parameters of a request.</summary>
    /// <exception cref="ProviderException">A name is no valid text.</exception>
    public static RequestFields Of(ProviderCall call)
    {
        var fields = new RequestFields();
        var reader = new Utf8JsonReader(call.Body.Span, JsonText.ReaderOptions);
        reader.Read();
        try
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = reader.GetString()!;
                reader.Read();
                int start = (int)reader.TokenStartIndex;
                reader.Skip();
                fields._rest[name] = call.Body[start..(int)reader.BytesConsumed];
            }
        }
        catch (InvalidOperationException e)
        {
            throw new ProviderException(FailureKind.RequestRefused, "The name of a parameter is not a valid text.", e);
        }

        return fields;
    }

    /// <summary>Whether any parameter was neither written nor dropped yet.</summary>
    public bool Any => _rest.Count > 0;

    public bool Has(string name) => _rest.ContainsKey(name);

    public bool IsIntegerOrMissing(string name) =>
        !_rest.TryGetValue(name, out ReadOnlyMemory<byte> value) || int.TryParse(value.Span, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);

    /// <summary>Refuses the provider's own name of a parameter that has another one here.</summary>
    /// <exception cref="ProviderException">The request has it.</exception>
    public void Refuse(string ownName, string name, int status = StatusCodes.Status422UnprocessableEntity)
    {
        if (Has(ownName))
        {
            throw ProviderException.Refuse(status, $"Invalid parameter {ownName}. Use {name} instead.");
        }
    }

    /// <summary>Refuses a request for several answers, for models that give one, and leaves <c>n</c> out.</summary>
    /// <exception cref="ProviderException">Several are asked for.</exception>
    public void RequireOneAnswer(int? n, string models)
    {
        if (n is not (null or 1))
        {
            throw new ProviderException(
                FailureKind.RequestRefused, string.Create(CultureInfo.InvariantCulture, $"'n' must be '1' for {models} models. Received value: '{n}'."));
        }

        Drop("n");
    }

    /// <summary>Leaves out parameters that the provider does not take, or that are written in another way.</summary>
    public void Drop(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            _rest.Remove(name);
        }
    }

    /// <summary>The parameter as it was written, which then counts as sent; null when there is none.</summary>
    public ReadOnlyMemory<byte>? Take(string name) => _rest.Remove(name, out ReadOnlyMemory<byte> value) ? value : (ReadOnlyMemory<byte>?)null;

    /// <summary>Writes a parameter under the provider's name.</summary>
    /// <returns>Whether the request has it.</returns>
    public bool Rename(Utf8JsonWriter writer, string name, string ownName)
    {
        if (Take(name) is not { } value)
        {
            return false;
        }

        _rest.Remove(ownName);
        writer.WritePropertyName(ownName);
        writer.WriteRawValue(value.Span, skipInputValidation: true);
        return true;
    }

    /// <summary>Writes a number on the provider's scale.</summary>
    public void Scale(Utf8JsonWriter writer, string name, double factor)
    {
        if (Take(name) is { } value)
        {
            writer.WriteNumber(name, double.Parse(value.Span, NumberStyles.Float, CultureInfo.InvariantCulture) * factor);
        }
    }

    /// <summary>Writes everything that was neither written nor dropped.</summary>
    public void CopyRest(Utf8JsonWriter writer)
    {
        foreach ((string name, ReadOnlyMemory<byte> value) in _rest)
        {
            writer.WritePropertyName(name);
            writer.WriteRawValue(value.Span, skipInputValidation: true);
        }
    }
}
