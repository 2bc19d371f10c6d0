#if !NET9_0_OR_GREATER
namespace System.Runtime.CompilerServices;

/// <summary>The compiler's attribute of .NET 9 and later, which it takes from anywhere.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Constructor | AttributeTargets.Property, Inherited = false)]
internal sealed class OverloadResolutionPriorityAttribute(int priority) : Attribute
{
    /// <summary>Gets which of several overloads that fit wins: the highest.</summary>
    public int Priority { get; } = priority;
}
#endif
