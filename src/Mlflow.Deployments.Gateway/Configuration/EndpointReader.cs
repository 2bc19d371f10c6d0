using Mlflow.Deployments.Gateway.Providers;
using YamlDotNet.RepresentationModel;

namespace Mlflow.Deployments.Gateway.Configuration;

/// <summary>Reads one item of <c>endpoints</c>.</summary>
internal sealed class EndpointReader(ConfigurationSources sources, ConfigurationProblems problems)
{
    public EndpointConfig? Read(string name, YamlMappingNode item)
    {
        string owner = $"endpoint '{name}'";
        // The old name of a key has words of its own below.
        if (!item.Has("route_type"))
        {
            KnownKeys.Check(problems, owner, "", item, "name", "endpoint_type", "model", "limit", "timeouts");
        }

        Operation? operation = ReadType(owner, item);
        ModelConfig? model = ReadModel(owner, item, operation);
        LimitConfig? limit = ReadLimit(owner, item);
        TimeoutConfig? timeouts = TimeoutReader.Read(owner, item, problems);
        return operation is { } known && model is not null ? new EndpointConfig(name, known, model, limit) { Timeouts = timeouts } : null;
    }

    private Operation? ReadType(string owner, YamlMappingNode item)
    {
        if (item.Has("route_type"))
        {
            problems.Add(owner, "route_type", "is the old name of this key; write endpoint_type", item);
            return null;
        }
        YamlNode? node = item.Get("endpoint_type");
        if (node is null)
        {
            problems.Add(owner, "endpoint_type", $"is missing; it is {OperationNames.Known}", item);
            return null;
        }
        Operation? operation = OperationNames.Parse(node.AsText() ?? "");
        if (operation is null)
        {
            problems.Add(owner, "endpoint_type", $"'{node.AsText()}' is not known; it is {OperationNames.Known}", node);
        }

        return operation;
    }

    private ModelConfig? ReadModel(string owner, YamlMappingNode item, Operation? operation)
    {
        if (item.Get("model") is not YamlMappingNode model)
        {
            problems.Add(owner, "model", "is missing; it is a mapping with provider, name and config", item);
            return null;
        }
        KnownKeys.Check(problems, owner, "model.", model, "provider", "name", "config");
        if (model.Get("provider")?.AsText() is not { } provider)
        {
            problems.Add(owner, "model.provider", $"is missing; known are {ProviderRegistry.KnownNames}", model);
            return null;
        }
        if (ProviderRegistry.Find(provider) is not { } row)
        {
            problems.Add(owner, "model.provider", $"'{provider}' is not known; known are {ProviderRegistry.KnownNames}", model);
            return null;
        }
        if (sources.AllowedProviders is { } allowed && !allowed.Any(x => ProviderRegistry.IsSameName(x, row.Name)))
        {
            problems.Add(owner, "model.provider", $"'{row.Name}' is not among the allowed providers ({EnvironmentNames.AllowedProviders})", model);
        }

        YamlNode? section = model.Get("config");
        if (section is not (null or YamlMappingNode))
        {
            problems.Add(owner, "model.config", "must be a mapping", section);
        }

        YamlNode? name = model.Get("name");
        if (name is not (null or YamlScalarNode))
        {
            problems.Add(owner, "model.name", "must be a text", name);
        }
        // The type was reported already when it is unknown; the settings are checked all the same.
        var settings = new SettingsReader(owner, operation ?? Operation.Chat, name?.AsText(), section as YamlMappingNode, sources, problems);
        int before = problems.Lines.Count;
        ProviderSettings read = row.Read(settings);
        if (section is null && row.NeedsConfig && problems.Lines.Count == before)
        {
            problems.Add(owner, "model.config", "is missing; write config: {} where the defaults of all its keys are wanted", model);
        }

        return new ModelConfig(name?.AsText(), row.Name, read);
    }

    private LimitConfig? ReadLimit(string owner, YamlMappingNode item)
    {
        YamlNode? node = item.Get("limit");
        if (node is null)
        {
            return null;
        }

        if (node is not YamlMappingNode limit)
        {
            problems.Add(owner, "limit", "must be a mapping with calls and renewal_period", node);
            return null;
        }
        KnownKeys.Check(problems, owner, "limit.", limit, "calls", "key", "renewal_period");
        int calls = limit.Get("calls")?.AsInteger() ?? 0;
        if (calls < 1)
        {
            problems.Add(owner, "limit.calls", "must be a whole number from 1 on", limit);
        }

        string text = limit.Get("renewal_period")?.AsText() ?? "";
        RenewalPeriod? period = RenewalPeriod.Parse(text);
        if (period is null)
        {
            problems.Add(owner, "limit.renewal_period", $"must be {RenewalPeriod.Known}", limit);
        }

        return period is { } known ? new LimitConfig(calls, limit.Get("key")?.AsText(), text, known) : null;
    }
}
