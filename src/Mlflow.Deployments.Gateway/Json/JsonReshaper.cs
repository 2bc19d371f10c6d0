using System.Text.Json;

namespace Mlflow.Deployments.Gateway.Json;

/// <summary>Writes a provider's JSON anew in a <see cref="Shape"/>, in one pass: known fields as they come, missing ones at the end of their object.</summary>
internal ref partial struct JsonReshaper
{
    private readonly ReadOnlySpan<byte> _json;
    private readonly PooledBuffer _output;
    private readonly StreamChoices? _choices;
    private Utf8JsonReader _reader;

    private JsonReshaper(ReadOnlySpan<byte> json, PooledBuffer output, StreamChoices? choices)
    {
        _json = json;
        _reader = new Utf8JsonReader(json, JsonText.ReaderOptions);
        _output = output;
        _choices = choices;
    }

    /// <summary>Reshapes a whole object.</summary>
    /// <param name="json">The incoming JSON, complete.</param>
    /// <param name="shape">The shape of the outgoing object.</param>
    /// <param name="tail">More fields for the outgoing object, each with a comma before it.</param>
    /// <param name="output">Takes the outgoing JSON.</param>
    /// <param name="choices">For an event of a stream: told about its choices. The output is then a single line.</param>
    /// <exception cref="JsonException">This is not JSON.</exception>
    /// <exception cref="UnexpectedShapeException">This is no object, a needed field is missing, or a field is of the wrong kind.</exception>
    public static void Write(ReadOnlySpan<byte> json, Shape shape, ReadOnlySpan<byte> tail, PooledBuffer output, StreamChoices? choices = null)
    {
        var reshaper = new JsonReshaper(json, output, choices);
        reshaper._reader.Read();
        if (reshaper._reader.TokenType != JsonTokenType.StartObject)
        {
            throw new UnexpectedShapeException("it is not a JSON object");
        }

        reshaper.WriteObject(shape, position: 0);
        output.Truncate(output.Count - 1);
        output.Write(tail);
        output.WriteByte((byte)'}');
        // Reads on to the end: whatever follows the object is an error.
        reshaper._reader.Read();
    }

    private void WriteObject(Shape shape, int position)
    {
        _output.WriteByte((byte)'{');
        var members = default(Members);
        int choice = position;
        bool isFinished = false;
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            int index = shape.IndexOf(_reader.ValueSpan);
            if (index >= 0)
            {
                _reader.Read();
                if (shape.IsStreamChoice)
                {
                    Watch(shape.Fields[index].Name, ref choice, ref isFinished);
                }

                WriteField(shape, index, ref members);
            }
            else if (shape.Alias is { } alias && _reader.ValueSpan.SequenceEqual(alias.Outer))
            {
                ReadAlias(shape, alias, ref members);
            }
            else
            {
                SkipValue();
            }
        }
        WriteMissing(shape, position, ref members);
        if (shape.IsStreamChoice)
        {
            _choices?.Saw(choice, isFinished);
        }

        _output.WriteByte((byte)'}');
    }

    private readonly void Watch(string field, ref int choice, ref bool isFinished)
    {
        if (field == "finish_reason")
        {
            isFinished = _reader.TokenType == JsonTokenType.String;
        }
        else if (field == "index" && _reader.TokenType == JsonTokenType.Number && _reader.TryGetInt32(out int index))
        {
            choice = index;
        }
    }

    private void WriteField(Shape shape, int index, ref Members members)
    {
        ShapeField field = shape.Fields[index];
        // Null is as good as missing, and of two fields of one name the first counts.
        if (field.Form == ShapeForm.Fixed || _reader.TokenType == JsonTokenType.Null || members.Has(index))
        {
            _reader.Skip();
            return;
        }
        WriteLabel(field, ref members);
        members.Set(index);
        if (field.IsStreamed && _choices is not null && _reader.TokenType == JsonTokenType.String)
        {
            _choices.Text = new ChunkText((int)_reader.TokenStartIndex + 1, _output.Count + 1, _reader.ValueSpan.Length);
        }

        switch (field.Form)
        {
            case ShapeForm.Text:
                Expect(field, JsonTokenType.String, "a text");
                RawJson.CopyToken(ref _reader, _output);
                break;
            case ShapeForm.Number:
                Expect(field, JsonTokenType.Number, "a number");
                RawJson.CopyToken(ref _reader, _output);
                break;
            case ShapeForm.Object:
                Expect(field, JsonTokenType.StartObject, "an object");
                WriteObject(field.Shape!, position: 0);
                break;
            case ShapeForm.List:
                Expect(field, JsonTokenType.StartArray, "a list");
                WriteList(field);
                break;
            default:
                if (field.Form == ShapeForm.Vector && _reader.TokenType != JsonTokenType.String)
                {
                    Expect(field, JsonTokenType.StartArray, "a list of numbers or a text");
                }

                RawJson.CopyValue(ref _reader, _json, _output, isSingleLine: _choices is not null);
                break;
        }
    }

    private void WriteList(ShapeField field)
    {
        _output.WriteByte((byte)'[');
        for (int position = 0; _reader.Read() && _reader.TokenType != JsonTokenType.EndArray; position++)
        {
            Expect(field, JsonTokenType.StartObject, "a list of objects");
            if (position > 0)
            {
                _output.WriteByte((byte)',');
            }

            WriteObject(field.Shape!, position);
        }
        _output.WriteByte((byte)']');
    }

    private readonly void WriteLabel(ShapeField field, ref Members members)
    {
        if (members.IsStarted)
        {
            _output.WriteByte((byte)',');
        }

        members.IsStarted = true;
        _output.Write(field.Label);
    }

    private void ReadAlias(Shape shape, ShapeAlias alias, ref Members members)
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            _reader.Skip();
            return;
        }
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            if (_reader.ValueSpan.SequenceEqual(alias.Inner))
            {
                _reader.Read();
                WriteField(shape, alias.Field, ref members);
            }
            else
            {
                SkipValue();
            }
        }
    }

    private void SkipValue()
    {
        _reader.Read();
        _reader.Skip();
    }

    private readonly void Expect(ShapeField field, JsonTokenType token, string kind)
    {
        if (_reader.TokenType != token)
        {
            throw new UnexpectedShapeException($"'{field.Name}' is not {kind}");
        }
    }
}
