using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Mlflow.Deployments.Transport;

namespace Mlflow.Deployments.Extensions.DependencyInjection;

/// <summary>Checks the options of registered clients: one line for each problem, with the path of the value in the configuration.</summary>
internal sealed class OptionsValidator(IEnumerable<DeployClientRegistration> registrations, IServiceProvider provider) : IValidateOptions<DeployClientOptions>
{
    public ValidateOptionsResult Validate(string? name, DeployClientOptions options)
    {
        var registration = registrations.FirstOrDefault(known => known.Name == name);
        if (registration is null)
        {
            return ValidateOptionsResult.Skip; // options that somebody uses for something else
        }

        var sections = registration.Sections(provider).ToList();
        var path = sections is [.., var last] ? $"{last.Path}:"
            : registration.Name.Length == 0 ? $"{DeployClientRegistration.DefaultSection}:"
            : $"DeployClient '{registration.Name}': ";
        List<string> problems =
        [
            .. sections.SelectMany(section => OptionsBinder.Bind(section, new(), IsOfAnotherClient)).SelectMany(problem => problem.Split('\n')),
            .. options.Problems().Select(problem => path + problem),
        ];
        if (TargetProblem(options, path) is { } targetProblem)
        {
            problems.Add(targetProblem);
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    // Mlflow:Deployments may hold the sections of clients with a key.
    private bool IsOfAnotherClient(IConfigurationSection part) =>
        registrations.SelectMany(known => known.Sections(provider)).Any(section =>
            section.Path.Equals(part.Path, StringComparison.OrdinalIgnoreCase) || section.Path.StartsWith($"{part.Path}:", StringComparison.OrdinalIgnoreCase));

    private static string? TargetProblem(DeployClientOptions options, string path)
    {
        if (string.IsNullOrWhiteSpace(options.Target))
        {
            var variable = path.Contains(' ', StringComparison.Ordinal) ? string.Empty : $" (by the environment: {path.Replace(":", "__", StringComparison.Ordinal)}Target)";
            return $"{path}Target is missing. Set it in the configuration{variable}, give it to AddDeployClient(\"http://localhost:5000\"), or set DeployClientOptions.Target in "
                + "AddDeployClient(options => …). MLFLOW_DEPLOYMENTS_TARGET is read by DeployClient.FromEnvironment only.";
        }

        try
        {
            var target = DeployTarget.Resolve(options.Target, nameof(options.Target), Environment.GetEnvironmentVariable);
            CredentialChoice.Check(target, options, callersClient: null, nameof(options.Target));
            return null;
        }
        catch (ArgumentException e)
        {
            return $"{path}Target: {e.Message.Replace($" (Parameter '{e.ParamName}')", string.Empty, StringComparison.Ordinal)}";
        }
    }
}
