namespace Mlflow.Deployments.Gateway.Http;

/// <summary>Gives a JSON body to what routing answers without one: no such path, or not with this method.</summary>
internal static class FallbackResponses
{
    public static void Use(IApplicationBuilder app) => app.Use(static async (context, next) =>
    {
        await next(context);
        if (context.Response.HasStarted || context.Response.ContentType is not null)
        {
            return;
        }

        if (context.Response.StatusCode == StatusCodes.Status404NotFound)
        {
            await Responses.WriteDetailAsync(context, StatusCodes.Status404NotFound, "Not Found");
        }
        else if (context.Response.StatusCode == StatusCodes.Status405MethodNotAllowed)
        {
            await Responses.WriteDetailAsync(context, StatusCodes.Status405MethodNotAllowed, "Method Not Allowed");
        }
    });
}
