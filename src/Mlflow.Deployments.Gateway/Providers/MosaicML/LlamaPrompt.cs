using System.Text;
using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Gateway.Providers.Translation;

namespace Mlflow.Deployments.Gateway.Providers.MosaicML;

/// <summary>A chat as Llama 2 was taught to read it, in one text.</summary>
internal static class LlamaPrompt
{
    private const string Start = "<s>";
    private const string Turn = "</s><s>";
    private const string Open = "[INST]";
    private const string Close = "[/INST]";

    /// <exception cref="ProviderException">A role has no place in such a text.</exception>
    public static string Of(IEnumerable<ChatMessage> messages)
    {
        var prompt = new StringBuilder(Start);
        bool isOpen = false;
        foreach (ChatMessage message in messages)
        {
            string text = message.PlainText();
            switch (message.Role.Value)
            {
                case "system" or "user":
                    // Neighbours share one pair of brackets.
                    prompt.Append(isOpen ? " " : $"{Open} ").Append(message.Role.Value == "system" ? $"<<SYS>> {text} <</SYS>>" : text);
                    isOpen = true;
                    break;
                case "assistant":
                    CloseIf(isOpen);
                    prompt.Append(' ').Append(text).Append(' ').Append(Turn);
                    isOpen = false;
                    break;
                default:
                    throw new ProviderException(
                        FailureKind.RequestRefused, $"The role '{message.Role.Value}' cannot be used with MosaicML chats; it is system, user or assistant.");
            }
        }

        CloseIf(isOpen);
        string whole = prompt.ToString();
        // The model goes on where an assistant's turn was left.
        return whole.EndsWith(Turn, StringComparison.Ordinal) ? whole[..^Turn.Length] : whole;

        void CloseIf(bool isNeeded)
        {
            if (isNeeded)
            {
                prompt.Append(' ').Append(Close);
            }
        }
    }
}
