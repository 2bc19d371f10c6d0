using System.Net.Http.Headers;
using System.Text;

namespace Mlflow.Deployments;

/// <summary>A target, understood: where the server is, and the credentials that stood in its address.</summary>
internal sealed record DeployTarget
{
    private const string Forms = "Give the address of an MLflow AI Gateway, for example http://localhost:5000.";

    /// <summary>Gets the address without credentials; it ends with a slash, so that routes can be put behind it.</summary>
    public required Uri Address { get; init; }

    /// <summary>Gets the Basic credentials of the address, else null.</summary>
    public AuthenticationHeaderValue? Credentials { get; init; }

    /// <summary>Describes the target without credentials.</summary>
    public override string ToString() => Address.AbsoluteUri.TrimEnd('/');

    public static DeployTarget Parse(string? target, string argumentName)
    {
        if (target is null)
        {
            throw new ArgumentNullException(argumentName, $"The target is null. {Forms}");
        }

        if (string.IsNullOrWhiteSpace(target))
        {
            throw new ArgumentException($"The target is empty. {Forms}", argumentName);
        }

        if (!Uri.TryCreate(target.Trim(), UriKind.Absolute, out var uri))
        {
            throw new ArgumentException($"The target '{Cut(target)}' is no URL. {Forms}", argumentName);
        }

        return Parse(uri, argumentName);
    }

    public static DeployTarget Parse(Uri uri, string argumentName)
    {
        if (!uri.IsAbsoluteUri || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps) || uri.Host.Length == 0)
        {
            throw new ArgumentException($"The target '{Cut(uri.OriginalString)}' is no http or https URL. {Forms}", argumentName);
        }

        if (uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            throw new ArgumentException($"The target at {uri.Authority} has a query or a fragment; only host, port and path are used. {Forms}", argumentName);
        }

        var address = new UriBuilder(uri) { UserName = string.Empty, Password = string.Empty, Path = uri.AbsolutePath.TrimEnd('/') + "/" };
        return new()
        {
            Address = address.Uri,
            Credentials = uri.UserInfo.Length == 0 ? null : Basic(Uri.UnescapeDataString(uri.UserInfo)),
        };
    }

    public static AuthenticationHeaderValue Basic(string userAndPassword) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(userAndPassword)));

    // Whatever stands before an @ may be a password.
    private static string Cut(string target)
    {
        var shown = target[(target.LastIndexOf('@') + 1)..];
        return shown.Length <= 200 ? shown : shown[..200] + "…";
    }
}
