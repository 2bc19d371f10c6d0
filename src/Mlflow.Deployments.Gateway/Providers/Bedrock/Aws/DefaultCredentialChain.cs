using System.Globalization;

namespace Mlflow.Deployments.Gateway.Providers.Bedrock.Aws;

/// <summary>Looks for credentials where Amazon's tools look, in their order; the first place that has any is taken.</summary>
internal sealed class DefaultCredentialChain(AwsEnvironment environment, SecurityTokenService tokenService, ProviderServices services)
{
    private const string ContainerHost = "http://169.254.170.2";
    private const string MachineHost = "http://169.254.169.254";
    private const string SessionName = "mlflow-gateway";
    private const int MaxAnswerBytes = 64 * 1024;

    /// <summary>A machine that is none of Amazon's has nobody there; its answer is a silence.</summary>
    private static readonly TimeSpan MachineLimit = TimeSpan.FromSeconds(2);

    /// <exception cref="ProviderException">None of the places has credentials; the message names them all.</exception>
    public async Task<AwsCredentials> FindAsync(CancellationToken cancellationToken)
    {
        var searched = new List<string>();
        return FromVariables(searched)
            ?? await FromWebIdentityAsync(searched, cancellationToken)
            ?? FromProfile(searched)
            ?? await FromContainerAsync(searched, cancellationToken)
            ?? await FromMachineAsync(searched, cancellationToken)
            ?? throw Unavailable($"No credentials for Amazon Bedrock were found. Looked for: {string.Join("; ", searched)}.");
    }

    private AwsCredentials? FromVariables(List<string> searched)
    {
        searched.Add("the environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
        return environment["AWS_ACCESS_KEY_ID"] is { } id && environment["AWS_SECRET_ACCESS_KEY"] is { } secret
            ? new AwsCredentials(id, secret, environment["AWS_SESSION_TOKEN"])
            : null;
    }

    private async Task<AwsCredentials?> FromWebIdentityAsync(List<string> searched, CancellationToken cancellationToken)
    {
        searched.Add("a web identity (AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN)");
        if (environment["AWS_WEB_IDENTITY_TOKEN_FILE"] is not { } file || environment["AWS_ROLE_ARN"] is not { } role)
        {
            return null;
        }

        string token = Read(file)?.Trim() ?? throw Unavailable($"AWS_WEB_IDENTITY_TOKEN_FILE names '{file}', but there is no such file.");
        string session = environment["AWS_ROLE_SESSION_NAME"] ?? SessionName;
        return await tokenService.AssumeRoleWithWebIdentityAsync(role, session, token, cancellationToken);
    }

    private AwsCredentials? FromProfile(List<string> searched)
    {
        AwsProfile profile;
        try
        {
            profile = AwsProfile.Read(environment);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unavailable($"The files of AWS profiles cannot be read ({e.GetType().Name}).", e);
        }

        if (profile["aws_access_key_id"] is { } id && profile["aws_secret_access_key"] is { } secret)
        {
            return new AwsCredentials(id, secret, profile["aws_session_token"]);
        }

        string? other = Array.Find(["credential_process", "sso_session", "sso_start_url", "role_arn"], key => profile[key] is not null);
        string note = other is null ? "" : $" (it has {other}, which this gateway does not follow: write aws_access_key_id or aws_role_arn into the gateway's file)";
        searched.Add($"the profile '{profile.Name}' in '{profile.CredentialsFile}' and '{profile.ConfigFile}'{note}");
        return null;
    }

    private async Task<AwsCredentials?> FromContainerAsync(List<string> searched, CancellationToken cancellationToken)
    {
        searched.Add("a container's credentials (AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or AWS_CONTAINER_CREDENTIALS_FULL_URI)");
        string? address = environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] is { } path ? ContainerHost + path : environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"];
        if (address is null)
        {
            return null;
        }

        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || !DeployTarget.IsWebAddress(uri))
        {
            throw Unavailable("The address of the container's credentials is no http or https address.");
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        string? token = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] is { } file ? Read(file)?.Trim() : environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"];
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", token);
        }

        string answer = await SendAsync(request, "The server of the container's credentials", cancellationToken);
        return AwsAnswers.Parse(answer) ?? throw Unavailable("The server of the container's credentials gave an answer without credentials.");
    }

    private async Task<AwsCredentials?> FromMachineAsync(List<string> searched, CancellationToken cancellationToken)
    {
        if (string.Equals(environment["AWS_EC2_METADATA_DISABLED"], "true", StringComparison.OrdinalIgnoreCase))
        {
            searched.Add("not the machine's metadata service (AWS_EC2_METADATA_DISABLED is true)");
            return null;
        }

        searched.Add("the machine's metadata service (IMDSv2)");
        string host = (environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] ?? MachineHost).TrimEnd('/');
        string token;
        try
        {
            using var limit = new CancellationTokenSource(MachineLimit, services.TimeProvider);
            using var first = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
            using var ask = new HttpRequestMessage(HttpMethod.Put, $"{host}/latest/api/token");
            ask.Headers.TryAddWithoutValidation("x-aws-ec2-metadata-token-ttl-seconds", "21600");
            token = await SendAsync(ask, "The metadata service", first.Token);
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }

        string roles = await GetAsync("");
        string role = roles.Split('\n', 2)[0].Trim();
        return AwsAnswers.Parse(await GetAsync(Uri.EscapeDataString(role)))
            ?? throw Unavailable("The metadata service gave an answer without credentials.");

        async Task<string> GetAsync(string path)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{host}/latest/meta-data/iam/security-credentials/{path}");
            request.Headers.TryAddWithoutValidation("x-aws-ec2-metadata-token", token);
            return await SendAsync(request, "The metadata service", cancellationToken);
        }
    }

    private async Task<string> SendAsync(HttpRequestMessage request, string who, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await services.Upstream.SendAsync(request, cancellationToken);
        return response.IsSuccessStatusCode
            ? await AwsAnswers.ReadTextAsync(response, MaxAnswerBytes, cancellationToken)
            : throw Unavailable(string.Create(CultureInfo.InvariantCulture, $"{who} answered with status {(int)response.StatusCode}."));
    }

    private string? Read(string path)
    {
        try
        {
            return environment.FileText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unavailable($"The file '{path}' cannot be read ({e.GetType().Name}).", e);
        }
    }

    private static ProviderException Unavailable(string message, Exception? inner = null) => new(FailureKind.CredentialsUnavailable, message, inner);
}
