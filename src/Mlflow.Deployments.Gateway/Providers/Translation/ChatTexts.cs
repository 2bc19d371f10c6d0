using Mlflow.Deployments.Chat;

namespace Mlflow.Deployments.Gateway.Providers.Translation;

/// <summary>Texts of messages, for providers that take nothing else.</summary>
internal static class ChatTexts
{
    /// <summary>The text of a message: its texts, each on a line of its own, where it is made of parts.</summary>
    /// <exception cref="ProviderException">A part is no text, and would be lost.</exception>
    public static string PlainText(this ChatMessage message)
    {
        if (message.Parts is not { } parts)
        {
            return message.Content ?? message.Refusal ?? "";
        }

        return string.Join('\n', parts.Select(part => part.Type == "text"
            ? part.Text
            : throw new ProviderException(
                FailureKind.RequestRefused, $"A message of the role '{message.Role}' cannot have a part of the type '{part.Type}' with this provider; texts only.")));
    }
}
