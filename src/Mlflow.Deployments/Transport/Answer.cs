using System.Text.Json;
using Mlflow.Deployments.Errors;

namespace Mlflow.Deployments.Transport;

/// <summary>Reads answers: a status that is no success becomes an exception, a body becomes an object.</summary>
internal static class Answer
{
    public static async ValueTask ThrowIfFailedAsync(
        HttpResponseMessage response, CallContext call, TimeProvider clock, CancellationToken caller, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        using var body = await ReadStartAsync(response, caller, cancellationToken).ConfigureAwait(false);
        throw ErrorFactory.FromResponse(response, body.Span, call, clock);
    }

    public static async ValueTask<T> ReadJsonAsync<T>(HttpResponseMessage response, BodyParser<T> parse, CallContext call, CancellationToken cancellationToken)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            PooledBytes body;
            try
            {
                body = await BodyReader.ReadAllAsync(stream, response.Content.Headers.ContentLength, Defaults.MaxResponseBytes, cancellationToken).ConfigureAwait(false);
            }
            catch (InvalidDataException e)
            {
                throw ErrorFactory.Unreadable(response, [], call, e.Message.TrimEnd('.'), e);
            }

            using (body)
            {
                return Parse(response, body.Span, parse, call);
            }
        }
    }

    /// <summary>Reads what is kept of a body that only explains a failure.</summary>
    public static async ValueTask<PooledBytes> ReadStartAsync(HttpResponseMessage response, CancellationToken caller, CancellationToken cancellationToken)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            return await BodyReader.ReadStartAsync(stream, Defaults.MaxErrorBytes, caller, cancellationToken).ConfigureAwait(false);
        }
    }

    private static T Parse<T>(HttpResponseMessage response, ReadOnlySpan<byte> body, BodyParser<T> parse, CallContext call)
    {
        if (body.IsEmpty)
        {
            throw ErrorFactory.Unreadable(response, body, call, "the body is empty");
        }

        try
        {
            var answer = parse(body) ?? throw ErrorFactory.Unreadable(response, body, call, "the body is null");
            return answer switch
            {
                IAnswer { Error: { } error } => throw ErrorFactory.ErrorInAnswer(response, body, call, error),
                IAnswer other when other.IsOfAnotherKind(body) => throw ErrorFactory.Unreadable(response, body, call, "its body is JSON without an answer in it"),
                _ => answer,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a text in it is no UTF-8, or half of a surrogate pair.
            throw ErrorFactory.Unreadable(response, body, call, "its body is not JSON of the expected form", e);
        }
    }
}
