namespace BatchEmbeddings;

/// <summary>Sentences of a help desk, put together from parts.</summary>
internal static class Sentences
{
    private static readonly string[] Products = ["the team plan", "the mobile app", "the desktop app", "the web page", "the calendar", "the printer", "the camera", "the delivery"];

    private static readonly string[] Complaints =
    [
        "{0} does not start after the last update.",
        "I cannot sign in to {0} with my password.",
        "How much does {0} cost for a year?",
        "I would like my money back for {0}.",
        "{0} is very slow in the morning.",
        "Is there a manual for {0} in French?",
        "Somebody else seems to use {0} with my name.",
        "Thank you, {0} works well now.",
        "Where do I find the invoice for {0}?",
        "Can I change the colours of {0}?",
    ];

    private static readonly string[] Days = ["", " It was so on Monday.", " It was so yesterday.", " Please answer today."];

    public static IReadOnlyList<string> All { get; } =
    [
        .. from complaint in Complaints
           from product in Products
           from day in Days
           let sentence = string.Format(null, complaint, product)
           select char.ToUpperInvariant(sentence[0]) + sentence[1..] + day,
    ];

    public static IReadOnlyList<string> Questions { get; } = ["Was my account stolen?", "I want a refund.", "What is the price of a subscription?"];
}
