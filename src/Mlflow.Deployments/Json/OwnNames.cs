namespace Mlflow.Deployments.Json;

/// <summary>
/// Names of properties that are not on the wire. The serializer drops a field of the wire that is named as an ignored property would be; with
/// names that no server uses, such a field goes to <c>Extra</c> as every other that we do not know.
/// </summary>
internal static class OwnNames
{
    public const string RateLimit = "<RateLimit>";

    public const string RequestId = "<RequestId>";

    public const string Text = "<Text>";
}
