using System.Text;

namespace Mlflow.Deployments.Gateway.Json;

/// <summary>Another place where a field may stand in the incoming JSON: <c>outer.inner</c>.</summary>
internal sealed class ShapeAlias(string outer, string inner, int field)
{
    private readonly byte[] _outer = Encoding.UTF8.GetBytes(outer);
    private readonly byte[] _inner = Encoding.UTF8.GetBytes(inner);

    public ReadOnlySpan<byte> Outer => _outer;

    public ReadOnlySpan<byte> Inner => _inner;

    /// <summary>The index of the field in the shape.</summary>
    public int Field { get; } = field;
}
