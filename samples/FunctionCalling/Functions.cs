using System.ComponentModel;

namespace FunctionCalling;

/// <summary>What the agent can do. The model sees the names, the descriptions and the parameters, and asks for calls; Microsoft.Extensions.AI makes them.</summary>
internal static class Functions
{
    private static readonly Dictionary<string, WeatherReport> Reports = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Paris"] = new("Paris", 21, "clear"),
        ["Oslo"] = new("Oslo", 4, "snow"),
        ["Nairobi"] = new("Nairobi", 26, "thunderstorms"),
    };

    [Description("Tells the current weather in a city.")]
    public static object GetWeather([Description("The name of the city, in English.")] string city) =>
        Reports.TryGetValue(city, out var report) ? report : $"There is no report for {city}. There are reports for {string.Join(", ", Reports.Keys)}.";

    [Description("Converts a distance in kilometers to miles.")]
    public static double KilometersToMiles([Description("The distance in kilometers.")] double kilometers) => Math.Round(kilometers / 1.609344, 2);

    internal sealed record WeatherReport(string City, int DegreesCelsius, string Sky);
}
