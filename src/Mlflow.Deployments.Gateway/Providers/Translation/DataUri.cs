namespace Mlflow.Deployments.Gateway.Providers.Translation;

/// <summary>Contents inside an address: <c>data:image/png;base64,…</c>.</summary>
internal readonly record struct DataUri(string MediaType, string Base64)
{
    private const string Scheme = "data:";

    public static bool IsOne(string address) => address.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <exception cref="ProviderException">The address has no media type, or its contents are not base64.</exception>
    public static DataUri Parse(string address)
    {
        int comma = address.IndexOf(',', StringComparison.Ordinal);
        string[] head = comma < 0 ? [] : address[Scheme.Length..comma].Split(';');
        if (head is not [{ Length: > 0 } mediaType, .., var last]
            || !last.Trim().Equals("base64", StringComparison.OrdinalIgnoreCase)
            || !System.Buffers.Text.Base64.IsValid(address.AsSpan(comma + 1)))
        {
            throw new ProviderException(
                FailureKind.RequestRefused, "An image's data: address cannot be read. Its form is data:MEDIA_TYPE;base64,DATA.");
        }

        return new DataUri(mediaType, address[(comma + 1)..]);
    }
}
