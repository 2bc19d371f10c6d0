namespace Mlflow.Deployments.Gateway.Providers.OpenAI;

/// <summary>Writes an answer anew before it is read.</summary>
/// <returns>The new one; null: the answer is good as it is.</returns>
/// <exception cref="System.Text.Json.JsonException">The answer is not JSON.</exception>
internal delegate byte[]? AnswerRewriter(ReadOnlySpan<byte> answer);
