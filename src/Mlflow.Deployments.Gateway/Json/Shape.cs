namespace Mlflow.Deployments.Gateway.Json;

/// <summary>The fields of a JSON object as it goes out. What is not listed is left out.</summary>
internal sealed class Shape(params ShapeField[] fields)
{
    public ReadOnlySpan<ShapeField> Fields => fields;

    /// <summary>Says that objects of this shape are the choices of a stream, whose ends are watched.</summary>
    public bool IsStreamChoice { get; init; }

    /// <summary>Reads one field out of an inner object of the incoming JSON as if it stood beside the others.</summary>
    public ShapeAlias? Alias { get; init; }

    /// <summary>The same shape with these fields: in place of those of the same name, or after all others.</summary>
    public Shape With(params ReadOnlySpan<ShapeField> others)
    {
        List<ShapeField> all = [.. fields];
        foreach (ShapeField field in others)
        {
            int index = all.FindIndex(x => x.Name == field.Name);
            if (index < 0)
            {
                all.Add(field);
            }
            else
            {
                all[index] = field;
            }
        }

        return new Shape([.. all]) { IsStreamChoice = IsStreamChoice, Alias = Alias };
    }

    public int IndexOf(ReadOnlySpan<byte> name)
    {
        for (int i = 0; i < fields.Length; i++)
        {
            if (fields[i].NameEquals(name))
            {
                return i;
            }
        }
        return -1;
    }
}
