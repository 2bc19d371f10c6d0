using System.Text;

namespace Mlflow.Deployments.Gateway.Json;

/// <summary>One field of a <see cref="Shape"/>.</summary>
internal sealed class ShapeField
{
    private readonly byte[] _name;
    private readonly byte[] _value;

    private ShapeField(string name, ShapeForm form, ShapeMissing missing, Shape? shape = null, string value = "")
    {
        Name = name;
        _name = Encoding.UTF8.GetBytes($"\"{name}\":");
        _value = Encoding.UTF8.GetBytes(value);
        Form = form;
        Missing = missing;
        Shape = shape;
    }

    public string Name { get; }

    /// <summary>The name as it is written: quoted, with its colon.</summary>
    public ReadOnlySpan<byte> Label => _name;

    /// <summary>The JSON for <see cref="ShapeMissing.Value"/>.</summary>
    public ReadOnlySpan<byte> Value => _value;

    public ShapeForm Form { get; }

    public ShapeMissing Missing { get; }

    /// <summary>The field that differs from one event of a stream to the next.</summary>
    public bool IsStreamed { get; private init; }

    /// <summary>The shape of the object, or of the list's objects.</summary>
    public Shape? Shape { get; }

    public static ShapeField Text(string name) => new(name, ShapeForm.Text, ShapeMissing.Null);

    public static ShapeField TextOr(string name, string value) => new(name, ShapeForm.Text, ShapeMissing.Value, value: $"\"{value}\"");

    public static ShapeField Number(string name) => new(name, ShapeForm.Number, ShapeMissing.Null);

    public static ShapeField NumberOrPosition(string name) => new(name, ShapeForm.Number, ShapeMissing.Position);

    public static ShapeField Any(string name) => new(name, ShapeForm.Any, ShapeMissing.Null);

    public static ShapeField AnyIfPresent(string name) => new(name, ShapeForm.Any, ShapeMissing.Omit);

    public static ShapeField Vector(string name) => new(name, ShapeForm.Vector, ShapeMissing.Fail);

    public static ShapeField Object(string name, Shape shape, ShapeMissing missing) => new(name, ShapeForm.Object, missing, shape);

    public static ShapeField List(string name, Shape shape, ShapeMissing missing) => new(name, ShapeForm.List, missing, shape);

    public static ShapeField Position(string name) => new(name, ShapeForm.Fixed, ShapeMissing.Position);

    public static ShapeField Null(string name) => new(name, ShapeForm.Fixed, ShapeMissing.Null);

    public static ShapeField Constant(string name, string value) =>
        new(name, ShapeForm.Fixed, ShapeMissing.Value, value: Encoding.UTF8.GetString(JsonText.Encode(value)));

    /// <summary>The same field, as one that differs from one event of a stream to the next.</summary>
    public ShapeField AsStreamed() => new(Name, Form, Missing, Shape, Encoding.UTF8.GetString(_value)) { IsStreamed = true };

    public bool NameEquals(ReadOnlySpan<byte> name) => _name.Length == name.Length + 3 && name.SequenceEqual(_name.AsSpan(1, name.Length));
}
