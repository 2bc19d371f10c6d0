using System.Collections.Immutable;
using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace Mlflow.Deployments.Gateway.Configuration;

/// <summary>Reads one item of <c>routes</c>.</summary>
internal sealed class RouteReader(IReadOnlyCollection<EndpointConfig> endpoints, IReadOnlySet<string> known, ConfigurationProblems problems)
{
    private const string TrafficSplit = "TRAFFIC_SPLIT";
    private const string Fallback = "FALLBACK";

    public RouteConfig? Read(string name, YamlMappingNode item)
    {
        string owner = $"route '{name}'";
        KnownKeys.Check(problems, owner, "", item, "name", "task_type", "routing_strategy", "destinations", "max_attempts");
        string type = item.Get("task_type")?.AsText() ?? "";
        Operation? operation = OperationNames.Parse(type);
        if (operation is null)
        {
            problems.Add(owner, "task_type", $"{(type.Length == 0 ? "is missing" : $"'{type}' is not known")}; it is {OperationNames.Known}", item);
        }

        string word = item.Get("routing_strategy")?.AsText() ?? TrafficSplit;
        RoutingStrategy? strategy = word switch
        {
            TrafficSplit => RoutingStrategy.TrafficSplit,
            Fallback => RoutingStrategy.Fallback,
            _ => null,
        };
        if (strategy is not { } wanted)
        {
            problems.Add(owner, "routing_strategy", $"'{word}' is not known; it is {TrafficSplit} or {Fallback}", item);
            return null;
        }

        if (item.Get("destinations") is not YamlSequenceNode { Children.Count: > 0 } list)
        {
            problems.Add(owner, "destinations", $"is missing or empty; list endpoints with name{(wanted == RoutingStrategy.TrafficSplit ? " and traffic_percentage" : "")}", item);
            return null;
        }

        ImmutableArray<DestinationConfig> destinations = [.. ReadDestinations(owner, list, operation, wanted)];
        int? sum = destinations.Sum(x => x.TrafficPercentage);
        if (wanted == RoutingStrategy.TrafficSplit && destinations.Length == list.Children.Count && sum != 100)
        {
            problems.Add(owner, "destinations", string.Create(CultureInfo.InvariantCulture, $"the percentages add up to {sum}; make it 100"), item);
        }

        int attempts = ReadMaxAttempts(owner, item, wanted);
        return operation is { } task ? new RouteConfig(name, task, wanted, destinations) { MaxAttempts = attempts } : null;
    }

    private IEnumerable<DestinationConfig> ReadDestinations(string owner, YamlSequenceNode list, Operation? operation, RoutingStrategy strategy)
    {
        foreach (YamlNode node in list)
        {
            if (ReadDestination(owner, node, strategy) is not { } destination)
            {
                continue;
            }

            EndpointConfig? endpoint = endpoints.FirstOrDefault(x => x.Name == destination.Name);
            if (endpoint is null && !known.Contains(destination.Name))
            {
                problems.Add(owner, "destinations", $"'{destination.Name}' is no endpoint of this file", node);
            }
            else if (endpoint is not null && operation is { } wanted && endpoint.Operation != wanted)
            {
                problems.Add(
                    owner,
                    "destinations",
                    $"'{destination.Name}' is of type {endpoint.Operation.ToEndpointType()}, the route of type {wanted.ToEndpointType()}",
                    node);
            }

            yield return destination;
        }
    }

    private DestinationConfig? ReadDestination(string owner, YamlNode node, RoutingStrategy strategy)
    {
        if (node is not YamlMappingNode mapping || mapping.Get("name")?.AsText() is not { } name)
        {
            problems.Add(owner, "destinations", "every item needs a name", node);
            return null;
        }
        KnownKeys.Check(problems, owner, "destinations.", mapping, "name", "traffic_percentage");
        if (strategy == RoutingStrategy.Fallback)
        {
            if (mapping.Has("traffic_percentage"))
            {
                problems.Warn(owner, "destinations.traffic_percentage", $"has no effect with {Fallback}, where the order counts", node);
            }

            return new DestinationConfig(name, TrafficPercentage: null);
        }

        if (mapping.Get("traffic_percentage")?.AsInteger() is not (>= 0 and <= 100 and var percentage))
        {
            problems.Add(owner, "destinations", $"traffic_percentage of '{name}' must be a whole number from 0 to 100", node);
            return null;
        }
        return new DestinationConfig(name, percentage);
    }

    private int ReadMaxAttempts(string owner, YamlMappingNode item, RoutingStrategy strategy)
    {
        YamlNode? node = item.Get("max_attempts");
        if (node is null)
        {
            return int.MaxValue;
        }

        if (strategy != RoutingStrategy.Fallback)
        {
            problems.Warn(owner, "max_attempts", $"has no effect without routing_strategy {Fallback}", node);
        }

        if (node.AsInteger() is >= 1 and var attempts)
        {
            return attempts;
        }

        problems.Add(owner, "max_attempts", "must be a whole number from 1 on", node);
        return 1;
    }
}
