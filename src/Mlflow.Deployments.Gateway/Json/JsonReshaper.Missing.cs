using System.Globalization;

namespace Mlflow.Deployments.Gateway.Json;

/// <content>What goes out for fields that did not come in.</content>
internal ref partial struct JsonReshaper
{
    private readonly void WriteMissing(Shape shape, int position, ref Members members)
    {
        for (int i = 0; i < shape.Fields.Length; i++)
        {
            ShapeField field = shape.Fields[i];
            if (members.Has(i) || field.Missing == ShapeMissing.Omit)
            {
                continue;
            }

            if (field.Missing == ShapeMissing.Fail)
            {
                throw new UnexpectedShapeException($"'{field.Name}' is missing");
            }

            WriteLabel(field, ref members);
            WriteDefault(field, position);
        }
    }

    private readonly void WriteDefault(ShapeField field, int position)
    {
        switch (field.Missing)
        {
            case ShapeMissing.Position:
                Span<byte> digits = _output.GetSpan(16);
                position.TryFormat(digits, out int length, provider: CultureInfo.InvariantCulture);
                _output.Advance(length);
                break;
            case ShapeMissing.Value:
                _output.Write(field.Value);
                break;
            case ShapeMissing.Empty:
                var members = default(Members);
                _output.WriteByte((byte)'{');
                WriteMissing(field.Shape!, position: 0, ref members);
                _output.WriteByte((byte)'}');
                break;
            default:
                _output.Write("null"u8);
                break;
        }
    }

    /// <summary>Which fields of an object have been written.</summary>
    private struct Members
    {
        private uint _seen;

        public bool IsStarted { get; set; }

        public readonly bool Has(int index) => (_seen & (1u << index)) != 0;

        public void Set(int index) => _seen |= 1u << index;
    }
}
