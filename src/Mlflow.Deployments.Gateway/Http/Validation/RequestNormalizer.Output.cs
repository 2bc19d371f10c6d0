using System.Text;
using System.Text.Json;
using Mlflow.Deployments.Gateway.Json;

namespace Mlflow.Deployments.Gateway.Http.Validation;

/// <content>Copying what passes, and noting what does not.</content>
internal ref partial struct RequestNormalizer
{
    /// <summary>Longest offending value that is repeated in a problem. Texts never are: they may be prompts.</summary>
    private const int MaxEcho = 32;

    private void CopyIf(bool isValid, string problemType, string message)
    {
        if (!isValid)
        {
            AddWrong(problemType, message);
        }

        CopyValue();
    }

    private void CopyValue()
    {
        bool isFirst = true;
        switch (_reader.TokenType)
        {
            case JsonTokenType.StartObject:
                _output.WriteByte((byte)'{');
                while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
                {
                    CopyMember(ref isFirst);
                }

                _output.WriteByte((byte)'}');
                break;
            case JsonTokenType.StartArray:
                _output.WriteByte((byte)'[');
                while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
                {
                    WriteComma(ref isFirst);
                    CopyValue();
                }
                _output.WriteByte((byte)']');
                break;
            default:
                RawJson.CopyToken(ref _reader, _output);
                break;
        }
    }

    /// <summary>Copies a name and its value; of a null, neither. A null inside a list stays: it holds a place.</summary>
    private void CopyMember(ref bool isFirst)
    {
        (int start, bool wasFirst) = (_output.Count, isFirst);
        WriteComma(ref isFirst);
        RawJson.CopyToken(ref _reader, _output);
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.Null)
        {
            _output.Truncate(start);
            isFirst = wasFirst;
            return;
        }
        CopyValue();
    }

    private void SkipValue()
    {
        _reader.Read();
        _reader.Skip();
    }

    private readonly void WriteComma(ref bool isFirst)
    {
        if (!isFirst)
        {
            _output.WriteByte((byte)',');
        }

        isFirst = false;
    }

    private readonly void Add(string type, string message) => _problems.Add(new ValidationProblem(type, message));

    private readonly void AddAt(string field, string type, string message)
    {
        Add(type, message);
        _problems[^1].Location.Add(field);
    }

    private readonly void AddWrong(string type, string message)
    {
        bool isShown = _reader.TokenType is JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null
            && _reader.ValueSpan.Length <= MaxEcho;
        _problems.Add(new ValidationProblem(type, message, isShown ? Encoding.UTF8.GetString(_reader.ValueSpan) : null));
    }

    /// <summary>A body that is no JSON has one problem, whatever was found before the place where it breaks.</summary>
    private readonly void AddInvalidJson(string why)
    {
        _problems.Clear();
        _problems.Add(new ValidationProblem("json_invalid", $"JSON decode error: {why}"));
        _problems[0].Location.Add((int)_reader.BytesConsumed);
    }

    /// <summary>Adds an outer place to the problems found inside it.</summary>
    private readonly void Locate(int from, object place)
    {
        for (int i = from; i < _problems.Count; i++)
        {
            _problems[i].Location.Add(place);
        }
    }

    /// <summary>The parser's own sentence, without the places it adds: they are told in the location.</summary>
    private static string Shorten(string message)
    {
        int end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (end < 0 ? message : message[..end]).Trim();
    }
}
