using System.Runtime.InteropServices;

namespace Mlflow.Deployments.Gateway.Json;

/// <summary>The place of the text in an event of a stream, without its quotes.</summary>
/// <param name="Start">Where it begins in the incoming JSON.</param>
/// <param name="OutputStart">Where it begins in the outgoing buffer.</param>
/// <param name="Length">Its length, the same in both.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ChunkText(int Start, int OutputStart, int Length);
