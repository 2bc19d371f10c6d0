using System.Collections.Immutable;
using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace Mlflow.Deployments.Gateway.Configuration;

/// <summary>Reads one item of <c>routes</c>.</summary>
internal static class RouteReader
{
    private const string TrafficSplit = "TRAFFIC_SPLIT";

    public static RouteConfig? Read(
        string name, YamlMappingNode item, IReadOnlyCollection<EndpointConfig> endpoints, HashSet<string> known, ConfigurationProblems problems)
    {
        string owner = $"route '{name}'";
        KnownKeys.Check(problems, owner, "", item, "name", "task_type", "routing_strategy", "destinations");
        string type = item.Get("task_type")?.AsText() ?? "";
        Operation? operation = OperationNames.Parse(type);
        if (operation is null)
        {
            problems.Add(owner, "task_type", $"{(type.Length == 0 ? "is missing" : $"'{type}' is not known")}; it is {OperationNames.Known}", item);
        }

        string strategy = item.Get("routing_strategy")?.AsText() ?? TrafficSplit;
        if (strategy != TrafficSplit)
        {
            problems.Add(owner, "routing_strategy", $"'{strategy}' is not supported; this gateway has {TrafficSplit}", item);
            return null;
        }

        var destinations = ImmutableArray.CreateBuilder<DestinationConfig>();
        if (item.Get("destinations") is not YamlSequenceNode { Children.Count: > 0 } list)
        {
            problems.Add(owner, "destinations", "is missing or empty; list endpoints with name and traffic_percentage", item);
            return null;
        }
        foreach (YamlNode node in list)
        {
            if (ReadDestination(owner, node, problems) is not { } destination)
            {
                continue;
            }

            destinations.Add(destination);
            EndpointConfig? endpoint = endpoints.FirstOrDefault(x => x.Name == destination.Name);
            if (endpoint is null && !known.Contains(destination.Name))
            {
                problems.Add(owner, "destinations", $"'{destination.Name}' is no endpoint of this file", node);
            }
            else if (endpoint is not null && operation is { } wanted && endpoint.Operation != wanted)
            {
                problems.Add(owner, "destinations", $"'{destination.Name}' is of type {endpoint.Operation.ToEndpointType()}, the route of type {type}", node);
            }
        }
        int sum = destinations.Sum(x => x.TrafficPercentage);
        if (destinations.Count == list.Children.Count && sum != 100)
        {
            problems.Add(owner, "destinations", string.Create(CultureInfo.InvariantCulture, $"the percentages add up to {sum}; make it 100"), item);
        }

        return operation is { } type2 ? new RouteConfig(name, type2, RoutingStrategy.TrafficSplit, destinations.ToImmutable()) : null;
    }

    private static DestinationConfig? ReadDestination(string owner, YamlNode node, ConfigurationProblems problems)
    {
        if (node is not YamlMappingNode mapping || mapping.Get("name")?.AsText() is not { } name)
        {
            problems.Add(owner, "destinations", "every item needs a name", node);
            return null;
        }
        KnownKeys.Check(problems, owner, "destinations.", mapping, "name", "traffic_percentage");
        if (mapping.Get("traffic_percentage")?.AsInteger() is not (>= 0 and <= 100 and var percentage))
        {
            problems.Add(owner, "destinations", $"traffic_percentage of '{name}' must be a whole number from 0 to 100", node);
            return null;
        }
        return new DestinationConfig(name, percentage);
    }
}
