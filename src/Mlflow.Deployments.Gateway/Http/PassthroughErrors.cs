using System.IO.Pipelines;
using System.Text.Json;
using Mlflow.Deployments.Gateway.Json;
using Mlflow.Deployments.Gateway.Providers;
using Mlflow.Deployments.Gateway.Providers.Passthrough;

namespace Mlflow.Deployments.Gateway.Http;

/// <summary>The event that says, in the provider's own format, that a stream broke off.</summary>
internal static class PassthroughErrors
{
    public static void WriteEvent(PipeWriter output, PassthroughAction action, ProviderException failure)
    {
        using var buffer = new PooledBuffer();
        // An event may have been cut in the middle; an empty line ends it.
        buffer.Write("\n\n"u8);
        buffer.Write(action == PassthroughAction.AnthropicMessages ? "event: error\ndata: "u8 : "data: "u8);
        using (Utf8JsonWriter writer = JsonText.CreateWriter(buffer))
        {
            writer.WriteStartObject();
            if (action == PassthroughAction.AnthropicMessages)
            {
                writer.WriteString("type"u8, "error"u8);
            }

            writer.WriteStartObject("error"u8);
            if (action.NamesEndpointInPath())
            {
                writer.WriteNumber("code"u8, failure.Status);
                writer.WriteString("status"u8, "UNAVAILABLE"u8);
            }
            else
            {
                writer.WriteString("type"u8, action == PassthroughAction.AnthropicMessages ? "api_error" : failure.EventType);
            }

            writer.WriteString("message"u8, failure.Message);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        buffer.Write("\n\n"u8);
        buffer.WrittenSpan.CopyTo(output.GetSpan(buffer.Count));
        output.Advance(buffer.Count);
    }
}
