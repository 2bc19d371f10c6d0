using System.Collections.Immutable;

namespace Mlflow.Deployments.Gateway.Http.Validation;

/// <summary>What a value must be, as data: the request schemas are trees of these.</summary>
internal sealed record Rule(RuleKind Kind)
{
    public static Rule Any { get; } = new(RuleKind.Any);

    public static Rule Text { get; } = new(RuleKind.Text);

    public static Rule Boolean { get; } = new(RuleKind.Boolean);

    public static Rule EmbeddingInput { get; } = new(RuleKind.EmbeddingInput);

    public double Minimum { get; init; } = double.NegativeInfinity;

    public double Maximum { get; init; } = double.PositiveInfinity;

    public ImmutableArray<string> Words { get; init; } = [];

    public ImmutableArray<FieldRule> Fields { get; init; } = [];

    /// <summary>Fields that are not listed are passed on; otherwise they are left out.</summary>
    public bool KeepsOthers { get; init; }

    /// <summary>The name of a field whose value names another field that must be there.</summary>
    public string? Tag { get; init; }

    public Rule? Item { get; init; }

    public int MinimumCount { get; init; }

    public static Rule Integer(int minimum) => new(RuleKind.Integer) { Minimum = minimum };

    public static Rule Number(double minimum, double maximum) => new(RuleKind.Number) { Minimum = minimum, Maximum = maximum };

    public static Rule Word(params ImmutableArray<string> words) => new(RuleKind.Word) { Words = words };

    /// <summary>An object with these fields and no others.</summary>
    public static Rule Object(params ImmutableArray<FieldRule> fields) => new(RuleKind.Object) { Fields = fields };

    /// <summary>An object with these fields and whatever else it has.</summary>
    public static Rule Open(params ImmutableArray<FieldRule> fields) => new(RuleKind.Object) { Fields = fields, KeepsOthers = true };

    public static Rule List(Rule item, int minimumCount = 0) => new(RuleKind.List) { Item = item, MinimumCount = minimumCount };

    public static Rule TextOrList(Rule item) => new(RuleKind.TextOrList) { Item = item };

    public static Rule WordOrObject(ImmutableArray<string> words, params ImmutableArray<FieldRule> fields) =>
        new(RuleKind.WordOrObject) { Words = words, Fields = fields, KeepsOthers = true };
}
