using Microsoft.AspNetCore.Http;
using Mlflow.Deployments.Testing.Scripts;
using WireMock;
using WireMock.ResponseProviders;
using WireMock.Settings;
using WireMock.Types;
using WireMock.Util;

namespace Mlflow.Deployments.Testing.Serving;

/// <summary>Gives WireMock what it can send, and leaves the rest, under the exchange, to the <see cref="ScriptPlayer"/>.</summary>
internal sealed class ScriptProvider(Func<IRequestMessage, Script> answer) : IResponseProvider
{
    public Task<(IResponseMessage Message, IMapping? Mapping)> ProvideResponseAsync(IMapping mapping, HttpContext context, IRequestMessage requestMessage, WireMockServerSettings settings)
    {
        var script = answer(requestMessage);
        var message = new ResponseMessage { StatusCode = script.Status, Headers = new Dictionary<string, WireMockList<string>>(StringComparer.OrdinalIgnoreCase) };
        if (!script.IsPlain)
        {
            ScriptPlayer.Leave(context, script);
            return Task.FromResult<(IResponseMessage, IMapping?)>((message, null));
        }

        foreach (var (name, value) in script.Headers)
        {
            message.AddHeader(name, value);
        }

        if (script.ContentType is { } contentType)
        {
            message.AddHeader("Content-Type", contentType);
        }

        message.BodyData = new BodyData { DetectedBodyType = BodyType.Bytes, BodyAsBytes = script.Steps[0].Bytes.ToArray() };
        return Task.FromResult<(IResponseMessage, IMapping?)>((message, null));
    }
}
