namespace Mlflow.Deployments.Testing.Scripts;

/// <summary>One step of an answer.</summary>
internal readonly record struct Step(StepKind Kind)
{
    public ReadOnlyMemory<byte> Bytes { get; private init; }

    public Part Part { get; private init; }

    public TimeSpan Time { get; private init; }

    public static Step Headers { get; } = new(StepKind.Headers);

    public static Step Silence { get; } = new(StepKind.Silence);

    public static Step Cut { get; } = new(StepKind.Cut);

    public static Step Reset { get; } = new(StepKind.Reset);

    public static Step Send(ReadOnlyMemory<byte> bytes, Part part = Part.Body) => new(StepKind.Send) { Bytes = bytes, Part = part };

    public static Step Wait(TimeSpan time) => new(StepKind.Wait) { Time = time };
}
