using System.Globalization;
using System.Text;

namespace Mlflow.Deployments.Testing;

/// <summary>Words the messages of failed checks.</summary>
internal static class Verification
{
    public static string Count(string endpoint, int? wanted, bool hasCondition, int counted, IReadOnlyList<FakeRequest> all)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Expected {(wanted is { } times ? Requests(times) : "at least 1 request")} to '{endpoint}'");
        text.Append(CultureInfo.InvariantCulture, $"{(hasCondition ? " that meet the condition" : string.Empty)}, but {(counted == 1 ? "1 came" : $"{counted} came")}.");
        return List(text, all.Count == 0 ? " Nothing at all was received." : " Received:", all);
    }

    public static string Unexpected(IReadOnlyList<FakeRequest> unexpected) =>
        List(new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"No stub was for {Requests(unexpected.Count)}:")), string.Empty, unexpected);

    private static string List(StringBuilder text, string heading, IReadOnlyList<FakeRequest> requests)
    {
        text.Append(heading);
        for (var i = 0; i < requests.Count; i++)
        {
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"  {i + 1}. {requests[i]}");
            if (requests[i].Surprise is { } surprise)
            {
                text.Append(CultureInfo.InvariantCulture, $" - {surprise}");
            }
        }

        return text.ToString();
    }

    private static string Requests(int count) => count == 1 ? "1 request" : string.Create(CultureInfo.InvariantCulture, $"{count} requests");
}
