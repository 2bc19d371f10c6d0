using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mlflow.Deployments.Extensions.DependencyInjection;

/// <summary>One registered client: the names it goes by, and the sections of the configuration that it reads.</summary>
internal sealed class DeployClientRegistration
{
    public const string DefaultSection = "Mlflow:Deployments";

    private readonly IServiceCollection _services;
    private readonly List<Func<IServiceProvider, IConfigurationSection?>> _sections = [];
    private readonly object? _key;

    private DeployClientRegistration(IServiceCollection services, string name, object? key)
    {
        (_services, Name, _key) = (services, name, key);
        HttpClient = services.AddHttpClient(name.Length == 0 ? "Mlflow.Deployments" : $"Mlflow.Deployments:{name}");
    }

    /// <summary>Gets the name of the options; empty for the client without a key.</summary>
    public string Name { get; }

    /// <summary>Gets the builder of the <see cref="System.Net.Http.HttpClient"/> that the client sends through.</summary>
    public IHttpClientBuilder HttpClient { get; }

    /// <summary>Registers a client under a key, or goes on with its registration.</summary>
    public static DeployClientRegistration AddKeyed(IServiceCollection services, object key, IConfiguration? section = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        return ReferenceEquals(key, KeyedService.AnyKey) || key is string { Length: 0 }
            ? throw new ArgumentException("A client needs a key of its own: not an empty text, and not KeyedService.AnyKey.", nameof(key))
            : Add(services, key, section);
    }

    /// <summary>Registers a client, or goes on with its registration.</summary>
    public static DeployClientRegistration Add(IServiceCollection services, object? key, IConfiguration? section = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var name = key switch { null => Options.DefaultName, string text => text, _ => $"{key.GetType()}:{key}" };
        var registration = services.Where(service => !service.IsKeyedService).Select(service => service.ImplementationInstance).OfType<DeployClientRegistration>()
            .FirstOrDefault(known => known.Name == name);
        if (registration is null)
        {
            registration = new(services, name, key);
            registration.AddServices();
        }

        if (section is not null)
        {
            registration.Read(_ => section as IConfigurationSection ?? section.GetSection(DefaultSection));
        }
        else if (key is null && registration._sections.Count == 0)
        {
            registration.Read(provider => provider.GetService<IConfiguration>()?.GetSection(DefaultSection));
        }

        return registration;
    }

    public IHttpClientBuilder With(string target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return With(options => options.Target = target);
    }

    public IHttpClientBuilder With(Action<DeployClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        _services.Configure(Name, configure);
        return HttpClient;
    }

    public IHttpClientBuilder With(Action<IServiceProvider, DeployClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        _services.AddOptions<DeployClientOptions>(Name).Configure<IServiceProvider>((options, provider) => configure(provider, options));
        return HttpClient;
    }

    /// <summary>Gets the sections that the client reads, in order.</summary>
    public IEnumerable<IConfigurationSection> Sections(IServiceProvider provider) => _sections.Select(section => section(provider)).OfType<IConfigurationSection>();

    private void Read(Func<IServiceProvider, IConfigurationSection?> section)
    {
        _sections.Add(section);
        _services.AddOptions<DeployClientOptions>(Name).Configure<IServiceProvider>((options, provider) =>
        {
            if (section(provider) is { } found)
            {
                OptionsBinder.Bind(found, options); // what cannot be read is told by the validator
            }
        });
    }

    private void AddServices()
    {
        _services.AddSingleton(this);
        _services.TryAddSingleton<ConnectionOwner>();
        _services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DeployClientOptions>, OptionsValidator>());
        _services.AddOptions<DeployClientOptions>(Name).ValidateOnStart().PostConfigure<IServiceProvider>(static (options, provider) =>
        {
            options.LoggerFactory ??= provider.GetService<ILoggerFactory>();
            if (ReferenceEquals(options.TimeProvider, TimeProvider.System) && provider.GetService<TimeProvider>() is { } clock)
            {
                options.TimeProvider = clock;
            }
        });
        HttpClientSetup.Apply(HttpClient, Name);
        if (_key is null)
        {
            _services.TryAddSingleton(Create);
            _services.TryAddSingleton<IDeployClient>(static provider => provider.GetRequiredService<DeployClient>());
        }
        else
        {
            _services.TryAddKeyedSingleton(_key, (provider, _) => Create(provider));
            _services.TryAddKeyedSingleton<IDeployClient>(_key, static (provider, key) => provider.GetRequiredKeyedService<DeployClient>(key));
        }
    }

    private DeployClient Create(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptionsMonitor<DeployClientOptions>>().Get(Name);
        return new(provider.GetRequiredService<IHttpClientFactory>().CreateClient(HttpClient.Name), options);
    }
}
