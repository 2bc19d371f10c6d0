using System.Text;

namespace Mlflow.Deployments.Gateway.Http.Validation;

/// <summary>A field that the gateway knows.</summary>
internal sealed class FieldRule(string name, Rule rule, bool isRequired = false, FieldRole role = FieldRole.None)
{
    private readonly byte[] _utf8 = Encoding.UTF8.GetBytes(name);
    private readonly byte[] _label = Encoding.UTF8.GetBytes($"\"{name}\":");

    public string Name => name;

    public ReadOnlySpan<byte> Utf8 => _utf8;

    /// <summary>The name as it is written: quoted, with its colon.</summary>
    public ReadOnlySpan<byte> Label => _label;

    public Rule Rule => rule;

    public bool IsRequired => isRequired;

    public FieldRole Role => role;
}
