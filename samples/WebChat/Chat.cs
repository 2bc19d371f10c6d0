using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using Mlflow.Deployments;

namespace WebChat;

/// <summary>Turns a model's stream into what the page shows.</summary>
public sealed class Chat(IDeployClient client)
{
    public const string Endpoint = "chat";

    /// <summary>Answers piece by piece. The last piece says that the answer is whole, or why it is not.</summary>
    /// <remarks>The token fires when the browser hangs up. The client then closes its own connection, and the gateway stops the model.</remarks>
    public async IAsyncEnumerable<Piece> AnswerAsync(Conversation conversation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var chunks = client.PredictStreamAsync(Endpoint, conversation.ToRequest(), cancellationToken).GetAsyncEnumerator(cancellationToken);
        Piece piece;
        do
        {
            try
            {
                piece = await chunks.MoveNextAsync() ? new Piece { Text = chunks.Current.Text } : new Piece { IsDone = true };
            }
            catch (DeployException e)
            {
                piece = new Piece { Error = e.Message };
            }

            yield return piece;
        }
        while (piece.Text is not null);
    }
}

/// <summary>One server-sent event for the page.</summary>
public sealed record Piece
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Text { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsDone { get; init; }
}
