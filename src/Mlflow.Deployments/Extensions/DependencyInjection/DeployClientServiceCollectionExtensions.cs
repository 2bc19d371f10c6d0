using Microsoft.Extensions.Configuration;
using Mlflow.Deployments;
using Mlflow.Deployments.Extensions.DependencyInjection;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers clients of MLflow AI Gateways.</summary>
/// <remarks>
/// <para>
/// <see cref="IDeployClient"/> and <see cref="DeployClient"/> are registered as one singleton, which sends through a named <see cref="HttpClient"/>: what is
/// done with the returned builder (handlers, resilience, a proxy) counts for that client alone. A client that is registered already stays. Settings are
/// checked when the host starts; without a host, when the client is first asked for.
/// </para>
/// <para>
/// The client without a key takes its settings from the app's section <c>Mlflow:Deployments</c>, where there is one, and then from code: code wins. A client
/// with a key has no section unless it is given one. A setting in a section that is not known, or cannot be read, is an error.
/// </para>
/// </remarks>
public static class DeployClientServiceCollectionExtensions
{
    /// <summary>Registers the client, with the settings of the app's section <c>Mlflow:Deployments</c>.</summary>
    /// <param name="services">The services of the app.</param>
    /// <returns>The builder of the <see cref="HttpClient"/> that the client sends through.</returns>
    public static IHttpClientBuilder AddDeployClient(this IServiceCollection services) =>
        DeployClientRegistration.Add(services, key: null).HttpClient;

    /// <summary>Registers the client.</summary>
    /// <param name="services">The services of the app.</param>
    /// <param name="target">Where the server is: <c>http(s)://host[:port][/prefix]</c>, <c>databricks</c>, <c>databricks://PROFILE</c> or <c>openai</c>.</param>
    /// <returns>The builder of the <see cref="HttpClient"/> that the client sends through.</returns>
    public static IHttpClientBuilder AddDeployClient(this IServiceCollection services, string target) =>
        DeployClientRegistration.Add(services, key: null).With(target);

    /// <summary>Registers the client.</summary>
    /// <param name="services">The services of the app.</param>
    /// <param name="configure">Sets what the section <c>Mlflow:Deployments</c> leaves open, or shall not decide.</param>
    /// <returns>The builder of the <see cref="HttpClient"/> that the client sends through.</returns>
    public static IHttpClientBuilder AddDeployClient(this IServiceCollection services, Action<DeployClientOptions> configure) =>
        DeployClientRegistration.Add(services, key: null).With(configure);

    /// <summary>Registers the client.</summary>
    /// <param name="services">The services of the app.</param>
    /// <param name="configure">Sets what the section <c>Mlflow:Deployments</c> leaves open, or shall not decide, with the app's services at hand.</param>
    /// <returns>The builder of the <see cref="HttpClient"/> that the client sends through.</returns>
    public static IHttpClientBuilder AddDeployClient(this IServiceCollection services, Action<IServiceProvider, DeployClientOptions> configure) =>
        DeployClientRegistration.Add(services, key: null).With(configure);

    /// <summary>Registers the client, with the settings of a section in place of <c>Mlflow:Deployments</c>.</summary>
    /// <param name="services">The services of the app.</param>
    /// <param name="section">The section; of a whole configuration, its section <c>Mlflow:Deployments</c>.</param>
    /// <returns>The builder of the <see cref="HttpClient"/> that the client sends through.</returns>
    public static IHttpClientBuilder AddDeployClient(this IServiceCollection services, IConfiguration section) =>
        DeployClientRegistration.Add(services, key: null, section ?? throw new ArgumentNullException(nameof(section))).HttpClient;

    /// <summary>Registers a client under a key, for apps with several gateways.</summary>
    /// <param name="services">The services of the app.</param>
    /// <param name="key">The key, as in <c>[FromKeyedServices("eu")] IDeployClient</c>; its text is also the name of the client's options.</param>
    /// <param name="target">Where the server is: <c>http(s)://host[:port][/prefix]</c>, <c>databricks</c>, <c>databricks://PROFILE</c> or <c>openai</c>.</param>
    /// <returns>The builder of the <see cref="HttpClient"/> that the client sends through.</returns>
    public static IHttpClientBuilder AddKeyedDeployClient(this IServiceCollection services, object key, string target) =>
        DeployClientRegistration.AddKeyed(services, key).With(target);

    /// <summary>Registers a client under a key, for apps with several gateways.</summary>
    /// <param name="services">The services of the app.</param>
    /// <param name="key">The key, as in <c>[FromKeyedServices("eu")] IDeployClient</c>; its text is also the name of the client's options.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The builder of the <see cref="HttpClient"/> that the client sends through.</returns>
    public static IHttpClientBuilder AddKeyedDeployClient(this IServiceCollection services, object key, Action<DeployClientOptions> configure) =>
        DeployClientRegistration.AddKeyed(services, key).With(configure);

    /// <summary>Registers a client under a key, for apps with several gateways.</summary>
    /// <param name="services">The services of the app.</param>
    /// <param name="key">The key, as in <c>[FromKeyedServices("eu")] IDeployClient</c>; its text is also the name of the client's options.</param>
    /// <param name="configure">Sets the options, with the app's services at hand.</param>
    /// <returns>The builder of the <see cref="HttpClient"/> that the client sends through.</returns>
    public static IHttpClientBuilder AddKeyedDeployClient(this IServiceCollection services, object key, Action<IServiceProvider, DeployClientOptions> configure) =>
        DeployClientRegistration.AddKeyed(services, key).With(configure);

    /// <summary>Registers a client under a key, for apps with several gateways.</summary>
    /// <param name="services">The services of the app.</param>
    /// <param name="key">The key, as in <c>[FromKeyedServices("eu")] IDeployClient</c>; its text is also the name of the client's options.</param>
    /// <param name="section">The section with the client's settings; of a whole configuration, its section <c>Mlflow:Deployments</c>.</param>
    /// <returns>The builder of the <see cref="HttpClient"/> that the client sends through.</returns>
    public static IHttpClientBuilder AddKeyedDeployClient(this IServiceCollection services, object key, IConfiguration section) =>
        DeployClientRegistration.AddKeyed(services, key, section ?? throw new ArgumentNullException(nameof(section))).HttpClient;
}
