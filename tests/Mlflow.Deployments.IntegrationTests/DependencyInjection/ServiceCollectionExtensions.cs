using Microsoft.Extensions.DependencyInjection;

namespace Mlflow.Deployments.IntegrationTests.DependencyInjection;

/// <summary>Registrations in one expression.</summary>
internal static class ServiceCollectionExtensions
{
    public static IServiceCollection Also(this IServiceCollection services, Action<IServiceCollection> register)
    {
        register(services);
        return services;
    }
}
