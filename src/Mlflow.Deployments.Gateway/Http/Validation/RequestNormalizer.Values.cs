using System.Globalization;
using System.Text.Json;

namespace Mlflow.Deployments.Gateway.Http.Validation;

/// <content>One method for each kind of value.</content>
internal ref partial struct RequestNormalizer
{
    private void ReadValue(Rule rule)
    {
        JsonTokenType token = _reader.TokenType;
        switch (rule.Kind)
        {
            case RuleKind.Any:
                CopyValue();
                break;
            case RuleKind.Text:
            case RuleKind.TextOrList when token != JsonTokenType.StartArray:
                CopyIf(token == JsonTokenType.String, "string_type", "Input should be a valid string");
                break;
            case RuleKind.Boolean:
                CopyIf(token is JsonTokenType.True or JsonTokenType.False, "bool_type", "Input should be a valid boolean");
                break;
            case RuleKind.Integer:
            case RuleKind.Number:
                ReadNumber(rule);
                break;
            case RuleKind.Word:
            case RuleKind.WordOrObject when token != JsonTokenType.StartObject:
                ReadWord(rule);
                break;
            case RuleKind.List:
            case RuleKind.TextOrList:
                ReadList(rule.Item!, rule.MinimumCount);
                break;
            case RuleKind.Object:
            case RuleKind.WordOrObject:
                ReadObject(rule);
                break;
            default:
                ReadEmbeddingInput();
                break;
        }
    }

    private void ReadNumber(Rule rule)
    {
        bool isInteger = rule.Kind == RuleKind.Integer;
        if (_reader.TokenType != JsonTokenType.Number)
        {
            CopyIf(false, isInteger ? "int_type" : "float_type", isInteger ? "Input should be a valid integer" : "Input should be a valid number");
            return;
        }
        double value = _reader.GetDouble();
        if (isInteger && Math.Floor(value) != value)
        {
            AddWrong("int_from_float", "Input should be a valid integer, got a number with a fractional part");
        }
        else if (value < rule.Minimum)
        {
            AddWrong("greater_than_equal", FormattableString.Invariant($"Input should be greater than or equal to {rule.Minimum}"));
        }
        else if (value > rule.Maximum)
        {
            AddWrong("less_than_equal", FormattableString.Invariant($"Input should be less than or equal to {rule.Maximum}"));
        }

        if (isInteger && _reader.ValueSpan.ContainsAny(".eE"u8) && Math.Floor(value) == value && Math.Abs(value) < long.MaxValue)
        {
            WriteInteger((long)value);
        }
        else
        {
            CopyValue();
        }
    }

    /// <summary>100.0 counts as a whole number, and goes on as one: not every provider takes it otherwise.</summary>
    private readonly void WriteInteger(long value)
    {
        Span<byte> digits = _output.GetSpan(20);
        value.TryFormat(digits, out int length, provider: CultureInfo.InvariantCulture);
        _output.Advance(length);
    }

    private void ReadWord(Rule rule)
    {
        bool isKnown = false;
        if (_reader.TokenType == JsonTokenType.String)
        {
            foreach (string word in rule.Words)
            {
                isKnown |= _reader.ValueTextEquals(word);
            }
        }
        CopyIf(isKnown, "literal_error", $"Input should be '{string.Join("', '", rule.Words)}'");
    }

    private void ReadObject(Rule rule)
    {
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            CopyIf(false, "model_attributes_type", "Input should be a valid dictionary or object to extract fields from");
            return;
        }
        _output.WriteByte((byte)'{');
        bool isFirst = true;
        ReadMembers(rule, ref isFirst);
        _output.WriteByte((byte)'}');
    }

    private void ReadList(Rule item, int minimumCount)
    {
        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            CopyIf(false, "list_type", "Input should be a valid list");
            return;
        }
        _output.WriteByte((byte)'[');
        int count = 0;
        for (; _reader.Read() && _reader.TokenType != JsonTokenType.EndArray; count++)
        {
            if (count > 0)
            {
                _output.WriteByte((byte)',');
            }

            int problems = _problems.Count;
            ReadValue(item);
            if (_problems.Count > problems)
            {
                Locate(problems, count);
            }
        }
        _output.WriteByte((byte)']');
        if (count < minimumCount)
        {
            Add("too_short", FormattableString.Invariant($"List should have at least {minimumCount} item after validation, not {count}"));
        }
    }

    private void ReadEmbeddingInput()
    {
        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            CopyIf(_reader.TokenType == JsonTokenType.String, "string_type", "Input should be a valid string, or a list of strings or token numbers");
            return;
        }
        // The first item says what the list is of; the others have to be the same.
        Utf8JsonReader ahead = _reader;
        ahead.Read();
        ReadList(ahead.TokenType switch
        {
            JsonTokenType.Number => TokenNumber,
            JsonTokenType.StartArray => TokenNumbers,
            _ => Rule.Text,
        }, minimumCount: 0);
    }

    private static Rule TokenNumber { get; } = Rule.Integer(minimum: 0);

    private static Rule TokenNumbers { get; } = Rule.List(TokenNumber);
}
