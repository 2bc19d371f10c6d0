using System.Collections.Immutable;
using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Mlflow.Deployments.Gateway.Configuration;

/// <summary>Turns YAML (or JSON, which is YAML) into a <see cref="GatewayConfig"/>, or tells everything that is wrong with it.</summary>
internal static class ConfigurationReader
{
    /// <param name="path">The file.</param>
    /// <param name="sources">Where it gets what it only points at.</param>
    /// <param name="readText">Reads the file's text.</param>
    /// <exception cref="GatewayConfigurationException">Something is wrong with the configuration.</exception>
    public static GatewayConfig ReadFile(string path, ConfigurationSources sources, Func<string, string> readText)
    {
        string source = $"'{path}'";
        try
        {
            return Read(readText(path), source, sources);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new GatewayConfigurationException(source, ["there is no such file; check the path"]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GatewayConfigurationException(source, [$"the file cannot be read: {e.Message}"]);
        }
    }

    /// <exception cref="GatewayConfigurationException">Something is wrong with the configuration.</exception>
    public static GatewayConfig Read(string yaml, string source, ConfigurationSources sources)
    {
        var problems = new ConfigurationProblems();
        GatewayConfig? config = ParseRoot(yaml, problems) is { } root ? ReadRoot(root, sources, problems) : null;
        if (problems.Lines.Count == 0 && config is not null)
        {
            return config with { Warnings = [.. problems.Warnings] };
        }
        // A key that is misspelt may be why another one is missing.
        throw new GatewayConfigurationException(source, [.. problems.Lines, .. problems.Warnings.Select(x => $"warning: {x}")]);
    }

    private static YamlMappingNode? ParseRoot(string yaml, ConfigurationProblems problems)
    {
        var stream = new YamlStream();
        try
        {
            // Anchors are common in these files, and with them the merge key.
            stream.Load(new MergingParser(new Parser(new StringReader(yaml))));
        }
        catch (AnchorNotFoundException)
        {
            // Its own message would show the name, which may be a key that begins with '*'.
            problems.Add("this is not valid YAML: an alias names no anchor; put quotes around a text that begins with '*'");
            return null;
        }
        catch (YamlException e)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"line {e.Start.Line}: this is not valid YAML: {e.Message}"));
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException or NullReferenceException)
        {
            // What the parser throws at some broken texts in place of its own exception.
            problems.Add("this is not valid YAML");
            return null;
        }
        if (stream.Documents.Count == 0 || YamlAccess.IsNull(stream.Documents[0].RootNode))
        {
            problems.Add("the file is empty; it needs a list 'endpoints'");
        }
        else if (stream.Documents.Count > 1)
        {
            problems.Add("the file holds more than one YAML document; leave one");
        }
        else if (stream.Documents[0].RootNode is YamlMappingNode root)
        {
            return root;
        }
        else
        {
            problems.Add("the file must be a mapping with a list 'endpoints'");
        }

        return null;
    }

    private static GatewayConfig ReadRoot(YamlMappingNode root, ConfigurationSources sources, ConfigurationProblems problems)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var endpoints = ImmutableArray.CreateBuilder<EndpointConfig>();
        if (!root.Has("endpoints"))
        {
            problems.Add("'endpoints' is missing; the file needs a list of endpoints (in old files it was called 'routes')");
        }

        var endpointReader = new EndpointReader(sources, problems);
        foreach (YamlMappingNode item in Items(root, "endpoints", problems))
        {
            string name = ReadName("endpoint", item, names, problems);
            if (endpointReader.Read(name, item) is { } endpoint)
            {
                endpoints.Add(endpoint);
            }
        }

        // An endpoint that was refused for another reason is still a known name, so that no second problem follows from the first.
        var known = new HashSet<string>(names, StringComparer.Ordinal);
        var routes = ImmutableArray.CreateBuilder<RouteConfig>();
        var routeReader = new RouteReader(endpoints, known, problems);
        foreach (YamlMappingNode item in Items(root, "routes", problems))
        {
            string name = ReadName("route", item, names, problems);
            if (routeReader.Read(name, item) is { } route)
            {
                routes.Add(route);
            }
        }
        return new GatewayConfig(endpoints.ToImmutable(), routes.ToImmutable());
    }

    private static IEnumerable<YamlMappingNode> Items(YamlMappingNode root, string key, ConfigurationProblems problems)
    {
        YamlNode? node = root.Get(key);
        if (node is not (null or YamlSequenceNode))
        {
            problems.Add(key, "", "must be a list", node);
        }

        if (node is not YamlSequenceNode list)
        {
            yield break;
        }

        foreach (YamlNode item in list)
        {
            if (item is YamlMappingNode mapping)
            {
                yield return mapping;
            }
            else
            {
                problems.Add(key, "", "every item must be a mapping", item);
            }
        }
    }

    private static string ReadName(string kind, YamlMappingNode item, HashSet<string> names, ConfigurationProblems problems)
    {
        string? name = item.Get("name")?.AsText();
        if (name is null)
        {
            problems.Add(kind, "name", "is missing; give it one", item);
            return "";
        }
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.'))
        {
            problems.Add($"{kind} '{name}'", "name", "may have letters, digits, '_', '-' and '.' only", item);
        }
        else if (name is "." or "..")
        {
            problems.Add($"{kind} '{name}'", "name", "may not be '.' or '..', which clients take out of a path; give it another", item);
        }
        else if (!names.Add(name))
        {
            problems.Add($"{kind} '{name}'", "name", "is a duplicate; names must differ over endpoints and routes", item);
        }

        return name;
    }
}
