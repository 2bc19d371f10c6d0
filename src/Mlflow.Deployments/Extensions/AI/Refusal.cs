namespace Mlflow.Deployments.Extensions.AI;

/// <summary>Makes the errors of what cannot be sent; they blame the argument of the caller's call, <c>messages</c> or <c>options</c>.</summary>
internal static class Refusal
{
    public static ArgumentException OfMessages(string why) => Of(why, "messages");

    public static ArgumentException OfOptions(string why) => Of(why, "options");

    private static ArgumentException Of(string why, string argumentName) => new(why, argumentName);
}
