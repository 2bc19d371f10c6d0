using System.Text.Json;
using System.Text.Unicode;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Json;

namespace Mlflow.Deployments.Gateway.Http.Validation;

/// <summary>
/// Checks a request and writes the body for the provider, in one pass and without an object in between: null members are dropped at
/// every depth, <c>model</c> is taken out, messages and tool functions keep their known fields, numbers and texts stay as they were written.
/// </summary>
internal ref partial struct RequestNormalizer
{
    private readonly NormalizedRequest _request;
    private readonly PooledBuffer _output;
    private readonly List<ValidationProblem> _problems;
    private Utf8JsonReader _reader;

    private RequestNormalizer(ReadOnlySpan<byte> body, NormalizedRequest request)
    {
        _reader = new Utf8JsonReader(body, JsonText.ReaderOptions);
        _request = request;
        _output = request.Body;
        _problems = request.Problems;
    }

    /// <summary>Reads a body.</summary>
    /// <param name="body">The whole body as it came.</param>
    /// <param name="operation">What the body is for.</param>
    /// <param name="needsModel">The body names the endpoint in <c>model</c>.</param>
    public static NormalizedRequest Read(ReadOnlySpan<byte> body, Operation operation, bool needsModel)
    {
        var request = new NormalizedRequest(new PooledBuffer(body.Length + 64));
        if (body.StartsWith("\uFEFF"u8))
        {
            body = body[3..];
        }

        var normalizer = new RequestNormalizer(body, request);
        try
        {
            if (!Utf8.IsValid(body))
            {
                normalizer.AddInvalidJson("the text is not valid UTF-8");
            }
            else
            {
                normalizer.ReadBody(body.Length, RequestSchemas.For(operation), needsModel, operation != Operation.Embeddings);
            }
        }
        catch (JsonException e)
        {
            normalizer.AddInvalidJson(Shorten(e.Message));
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair in the name of a field, written as \uD800, is JSON but no text.
            normalizer.AddInvalidJson("the name of a field is no valid text");
        }
        foreach (ValidationProblem problem in request.Problems)
        {
            problem.Location.Add("body");
        }

        return request;
    }

    private void ReadBody(int length, Rule schema, bool needsModel, bool hasChoices)
    {
        if (length == 0 || !_reader.Read() || _reader.TokenType == JsonTokenType.Null)
        {
            Add("missing", "Field required");
            return;
        }
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            AddWrong("model_attributes_type", "Input should be a valid dictionary or object to extract fields from");
            _reader.Skip();
        }
        else
        {
            _output.WriteByte((byte)'{');
            bool isFirst = true;
            ReadMembers(schema, ref isFirst);
            if (hasChoices && !_request.HasChoiceCount)
            {
                WriteComma(ref isFirst);
                _output.Write("\"n\":1"u8);
            }
            _output.WriteByte((byte)'}');
            if (needsModel && !_request.HasModel)
            {
                AddAt("model", "missing", "Field required");
            }
            else if (needsModel && _request.Model is null)
            {
                AddAt("model", "string_type", "Input should be a valid string");
            }
        }
        // Reads on to the end: a second value is an error.
        _reader.Read();
    }

    private void ReadMembers(Rule rule, ref bool isFirst)
    {
        ulong seen = 0;
        string? tag = null;
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            int index = IndexOf(rule);
            if (index < 0)
            {
                if (rule.KeepsOthers)
                {
                    CopyMember(ref isFirst);
                }
                else
                {
                    SkipValue();
                }

                continue;
            }
            FieldRule field = rule.Fields[index];
            if ((seen & (1UL << index)) != 0)
            {
                AddAt(field.Name, "duplicate_key", "The field stands here twice");
            }

            _reader.Read();
            if (_reader.TokenType == JsonTokenType.Null && !field.IsRequired)
            {
                continue;
            }

            seen |= 1UL << index;
            if (field.Name == rule.Tag && _reader.TokenType == JsonTokenType.String)
            {
                tag = ReadText();
            }

            ReadField(field, ref isFirst);
        }
        for (int i = 0; i < rule.Fields.Length; i++)
        {
            FieldRule field = rule.Fields[i];
            if ((seen & (1UL << i)) == 0 && (field.IsRequired || field.Name == tag))
            {
                AddAt(field.Name, "missing", "Field required");
            }
        }
    }

    private void ReadField(FieldRule field, ref bool isFirst)
    {
        if (field.Role == FieldRole.Model)
        {
            _request.HasModel = true;
            _request.Model = ReadText();
            _reader.Skip();
            return;
        }
        WriteComma(ref isFirst);
        _output.Write(field.Label);
        int start = _output.Count;
        int problems = _problems.Count;
        if (field.Role == FieldRole.Stream)
        {
            _request.IsStream = _reader.TokenType == JsonTokenType.True;
        }
        else if (field.Role == FieldRole.User)
        {
            _request.User = ReadText();
        }

        ReadValue(field.Rule);
        if (field.Role == FieldRole.ChoiceCount)
        {
            _request.HasChoiceCount = true;
        }
        else if (field.Role == FieldRole.StreamOptions)
        {
            _request.StreamOptions = start.._output.Count;
        }

        Locate(problems, field.Name);
    }

    /// <summary>The text at the reader; null for another value.</summary>
    private readonly string? ReadText()
    {
        try
        {
            return _reader.TokenType == JsonTokenType.String ? _reader.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, written as \uD800, is JSON but no text.
            return null;
        }
    }

    private readonly int IndexOf(Rule rule)
    {
        for (int i = 0; i < rule.Fields.Length; i++)
        {
            if (_reader.ValueTextEquals(rule.Fields[i].Utf8))
            {
                return i;
            }
        }
        return -1;
    }
}
