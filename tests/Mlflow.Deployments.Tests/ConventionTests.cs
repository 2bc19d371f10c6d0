using System.Reflection;
using System.Runtime.CompilerServices;

namespace Mlflow.Deployments.Tests;

/// <summary>What holds for the whole public surface.</summary>
public class ConventionTests
{
    private static readonly Assembly Library = typeof(DeployClient).Assembly;

    private static readonly Type[] PublicTypes = Library.GetExportedTypes();

    [Test]
    public void Classes_are_sealed_except_the_base_of_the_exceptions() =>
        Assert.That(PublicTypes.Where(type => type.IsClass && !type.IsSealed), Is.EqualTo(new[] { typeof(DeployException) }));

    [Test]
    public void Methods_that_wait_end_in_Async_and_take_a_token_last_with_a_default() => Assert.Multiple(() =>
    {
        foreach (var method in PublicMethods().Where(method => IsAwaited(method.ReturnType)))
        {
            Assert.That(method.Name, Does.EndWith("Async"), Name(method));
            Assert.That(method.GetParameters().LastOrDefault(), Has.Property("ParameterType").EqualTo(typeof(CancellationToken)).And.Property("HasDefaultValue").True, Name(method));
        }
    });

    [Test]
    public void Signatures_hold_only_our_types_and_the_frameworks() =>
        Assert.That(
            PublicMethods().SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType))
                .SelectMany(Parts).Select(type => type.Assembly.GetName().Name!).Distinct()
                .Where(name => !name.StartsWith("System.", StringComparison.Ordinal) && !name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal) && name != Library.GetName().Name),
            Is.Empty);

    [Test]
    public void Wire_types_keep_what_they_do_not_know()
    {
        string[] withoutJson = ["ToolChoice", "EmbeddingInput", "DeploymentEndpoint", "GatewayHealth", "RateLimitInfo", "EmbeddedText", "BatchEmbeddingProgress"];
        var records = PublicTypes.Where(type => type.IsClass && type.GetMethod("<Clone>$") is not null && !withoutJson.Contains(type.Name));

        Assert.That(records.Where(type => type.GetProperty("Extra")?.CanWrite is not true), Is.Empty);
    }

    [Test]
    public void Wire_types_are_immutable_but_for_Extra() =>
        Assert.That(
            PublicTypes.Where(type => type.IsClass && type.GetMethod("<Clone>$") is not null).SelectMany(type => type.GetProperties())
                .Where(property => property.Name != "Extra" && property.GetSetMethod() is { } setter && !setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)))
                .Select(property => $"{property.DeclaringType!.Name}.{property.Name}"),
            Is.Empty);

    private static IEnumerable<MethodInfo> PublicMethods() =>
        PublicTypes.SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(method => !method.IsDefined(typeof(CompilerGeneratedAttribute)));

    private static bool IsAwaited(Type type) =>
        typeof(Task).IsAssignableFrom(type) || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>));

    private static IEnumerable<Type> Parts(Type type) =>
        type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition())
        : type.HasElementType ? Parts(type.GetElementType()!)
        : type.IsGenericParameter ? []
        : [type];

    private static string Name(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";
}
