using System.Text.Json;
using Mlflow.Deployments.Gateway.Configuration;

namespace Mlflow.Deployments.Gateway.Http;

/// <summary>The route that says whether the gateway runs; with <c>?verbose=true</c> also on which version of its configuration.</summary>
internal static class HealthRoutes
{
    public static void Map(IEndpointRouteBuilder routes, GatewayState state) =>
        routes.MapGet("/health", context => Responses.WriteJsonAsync(context, StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("status"u8, "OK"u8);
            if (bool.TryParse(context.Request.Query["verbose"], out bool isVerbose) && isVerbose)
            {
                WriteConfiguration(writer, state);
            }

            writer.WriteEndObject();
        }));

    private static void WriteConfiguration(Utf8JsonWriter writer, GatewayState state)
    {
        ReloadStatus? status = state.Reload?.Status;
        GatewayConfig config = state.Table.Config;
        writer.WriteStartObject("configuration"u8);
        writer.WriteBoolean("reloads"u8, status is not null);
        writer.WriteNumber("version"u8, status?.Version ?? 1);
        writer.WriteString("loaded_at"u8, status?.LoadedAt ?? state.StartTime);
        writer.WriteNumber("endpoints"u8, config.Endpoints.Length);
        writer.WriteNumber("routes"u8, config.Routes.Length);
        if (status?.Refused is { } refused)
        {
            // Told here, because the newest file is not the one in force.
            writer.WriteStartObject("refused"u8);
            writer.WriteString("at"u8, refused.At);
            writer.WriteStartArray("problems"u8);
            foreach (string problem in refused.Problems)
            {
                writer.WriteStringValue(problem);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
