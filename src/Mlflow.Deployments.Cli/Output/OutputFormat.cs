namespace Mlflow.Deployments.Cli.Output;

/// <summary>How results are written.</summary>
internal enum OutputFormat
{
    /// <summary>Plain, for people and pipes: the text alone, or fields with a tab between them.</summary>
    Text,

    /// <summary>For people: columns with headings.</summary>
    Table,

    /// <summary>For programs: one JSON value on one line.</summary>
    Json,
}
