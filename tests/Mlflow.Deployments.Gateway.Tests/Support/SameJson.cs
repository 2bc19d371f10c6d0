using System.Text.Json.Nodes;
using NUnit.Framework.Constraints;

namespace Mlflow.Deployments.Gateway.Tests.Support;

/// <summary>Takes JSON that says the same, whatever the order of its members.</summary>
internal sealed class SameJson(string expected) : Constraint
{
    public override string Description => expected;

    public override ConstraintResult ApplyTo<TActual>(TActual actual) =>
        new(this, (actual as JsonNode)?.ToJsonString(), JsonNode.DeepEquals(actual as JsonNode, JsonNode.Parse(expected)));
}
