using System.Text.Json;
using Mlflow.Deployments.Gateway.Http.Validation;
using Mlflow.Deployments.Gateway.Json;
using Mlflow.Deployments.Gateway.Providers;

namespace Mlflow.Deployments.Gateway.Http;

/// <summary>The JSON answers that the gateway gives of its own.</summary>
internal static class Responses
{
    /// <summary>Sends <c>{"detail": text}</c>.</summary>
    public static Task WriteDetailAsync(HttpContext context, int status, string detail) =>
        WriteJsonAsync(context, status, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("detail"u8, detail);
            writer.WriteEndObject();
        });

    /// <summary>Sends a failure that no event has preceded.</summary>
    public static Task WriteFailureAsync(HttpContext context, ProviderException failure)
    {
        if (failure.RetryAfter is { } retryAfter && HeaderText.IsSafe(retryAfter))
        {
            context.Response.Headers.RetryAfter = retryAfter;
        }

        return WriteJsonAsync(context, failure.Status, writer =>
        {
            writer.WriteStartObject();
            writer.WritePropertyName(failure.Kind == FailureKind.RateLimited ? "error"u8 : "detail"u8);
            // What an upstream sent goes through as it came.
            writer.WriteRawValue(failure.Detail.Span, skipInputValidation: true);
            writer.WriteEndObject();
        });
    }

    /// <summary>Sends what is wrong with a request, as FastAPI does.</summary>
    public static Task WriteProblemsAsync(HttpContext context, List<ValidationProblem> problems) =>
        WriteJsonAsync(context, StatusCodes.Status422UnprocessableEntity, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("detail"u8);
            foreach (ValidationProblem problem in problems)
            {
                WriteProblem(writer, problem);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });

    public static async Task WriteJsonAsync(HttpContext context, int status, Action<Utf8JsonWriter> write)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = JsonText.MediaType;
        using var buffer = new PooledBuffer();
        using (Utf8JsonWriter writer = JsonText.CreateWriter(buffer))
        {
            write(writer);
        }

        context.Response.ContentLength = buffer.Count;
        await context.Response.BodyWriter.WriteAsync(buffer.WrittenMemory, context.RequestAborted);
    }

    private static void WriteProblem(Utf8JsonWriter writer, ValidationProblem problem)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, problem.Type);
        writer.WriteStartArray("loc"u8);
        foreach (object place in Enumerable.Reverse(problem.Location))
        {
            if (place is int position)
            {
                writer.WriteNumberValue(position);
            }
            else
            {
                writer.WriteStringValue((string)place);
            }
        }
        writer.WriteEndArray();
        writer.WriteString("msg"u8, problem.Message);
        if (problem.Input is { } input)
        {
            writer.WritePropertyName("input"u8);
            writer.WriteRawValue(input);
        }
        writer.WriteEndObject();
    }
}
