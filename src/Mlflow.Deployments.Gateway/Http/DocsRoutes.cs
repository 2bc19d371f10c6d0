using System.Net;
using System.Text;

namespace Mlflow.Deployments.Gateway.Http;

/// <summary>What a person sees who opens the gateway in a browser, and the description for tools.</summary>
internal static class DocsRoutes
{
    private const string OpenApiResource = "openapi.json";

    private static readonly Lazy<byte[]> OpenApi = new(ReadOpenApi);

    public static void Map(IEndpointRouteBuilder routes, GatewayState state)
    {
        routes.MapGet("/", context =>
        {
            context.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
            context.Response.Headers.Location = "/docs";
            return Task.CompletedTask;
        });
        routes.MapGet("/docs", context =>
        {
            context.Response.ContentType = "text/html; charset=utf-8";
            // The page is one file without scripts; nothing else may be loaded into it.
            context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
            return context.Response.WriteAsync(Page(context, state), context.RequestAborted);
        });
        routes.MapGet("/openapi.json", context =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.Body.WriteAsync(OpenApi.Value, context.RequestAborted).AsTask();
        });
    }

    private static string Page(HttpContext context, GatewayState state)
    {
        string address = $"{context.Request.Scheme}://{context.Request.Host}";
        var rows = new StringBuilder();
        foreach ((string name, var operation, string model) in CurlExamples.Names(state.Table.Config))
        {
            rows.Append("<h2>").Append(WebUtility.HtmlEncode(name)).Append(" <small>")
                .Append(operation).Append(" &middot; ").Append(WebUtility.HtmlEncode(model)).Append("</small></h2><pre>")
                .Append(WebUtility.HtmlEncode(CurlExamples.For(address, name, operation))).Append("</pre>\n");
        }
        return $$"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>MLflow AI Gateway</title>
            <style>
            body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
            small { font-weight: normal; color: #666; }
            pre { background: #f4f4f4; padding: .75rem; overflow-x: auto; }
            @media (prefers-color-scheme: dark) { body { background: #16181c; color: #ddd; } pre { background: #22262c; } small { color: #999; } }
            </style>
            </head>
            <body>
            <h1>MLflow AI Gateway</h1>
            <p>OpenAI clients use <code>{{WebUtility.HtmlEncode(address)}}/v1</code> with the name of an endpoint as the model.
            The API is described in <a href="/openapi.json">openapi.json</a>.</p>
            {{rows}}
            </body>
            </html>
            """;
    }

    private static byte[] ReadOpenApi()
    {
        using Stream resource = typeof(DocsRoutes).Assembly.GetManifestResourceStream(OpenApiResource)
            ?? throw new InvalidOperationException($"The resource {OpenApiResource} is missing.");
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }
}
