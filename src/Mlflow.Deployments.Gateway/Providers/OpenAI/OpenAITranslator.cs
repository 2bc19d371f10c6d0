using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Json;
using Mlflow.Deployments.Gateway.Providers.Passthrough;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.OpenAI;

/// <summary>OpenAI's API, at OpenAI, at Azure, or at anything that speaks it. MLflow's wire format is the same but for a few fields.</summary>
internal sealed class OpenAITranslator : UpstreamTranslator, IPassthrough
{
    private static readonly ProductInfoHeaderValue UserAgent = new("mlflow-deployments-gateway", "0.1");

    private readonly Uri[] _addresses;
    private readonly OpenAISettings _settings;
    private readonly AuthenticationHeaderValue? _authorization;
    private readonly byte[] _modelField;
    private readonly byte[] _providerField;
    private readonly Uri _responses;

    public OpenAITranslator(string providerName, string? modelName, OpenAISettings settings)
    {
        Info = new ProviderInfo(providerName, "OpenAI", ProviderCapabilities.All);
        _settings = settings;
        _authorization = settings.ApiType == OpenAIApiType.Azure ? null : new AuthenticationHeaderValue("Bearer", settings.Key.Reveal());
        _addresses = [Address("chat/completions"), Address("completions"), Address("embeddings")];
        // Azure knows the model by its deployment.
        bool sendsModel = settings.ApiType == OpenAIApiType.OpenAI && modelName is not null;
        _modelField = sendsModel ? [.. "\"model\":"u8, .. JsonText.Encode(modelName!)] : [];
        _providerField = [.. ",\"provider\":"u8, .. JsonText.Encode(providerName)];
        _responses = Address("responses", isOfDeployment: false);
        Model = settings.ApiType == OpenAIApiType.OpenAI ? modelName : settings.Deployment;
    }

    public override ProviderInfo Info { get; }

    public ImmutableArray<PassthroughAction> Actions => PassthroughActions.OpenAI;

    public string? Model { get; }

    public Uri Address(PassthroughAction action) => action switch
    {
        PassthroughAction.OpenAIChat => _addresses[(int)Operation.Chat],
        PassthroughAction.OpenAIEmbeddings => _addresses[(int)Operation.Embeddings],
        _ => _responses,
    };

    public ValueTask AddHeadersAsync(HttpRequestMessage request, ProviderCall call, CancellationToken cancellationToken)
    {
        AddOwnHeaders(request.Headers);
        return ValueTask.CompletedTask;
    }

    public override HttpRequestMessage CreateRequest(ProviderCall call)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _addresses[(int)call.Operation])
        {
            Content = new PooledContent(OpenAIRequestBody.Create(call, _modelField)),
        };
        request.Headers.UserAgent.Add(UserAgent);
        AddOwnHeaders(request.Headers);
        return request;
    }

    public override void WriteAnswer(ProviderCall call, ReadOnlySpan<byte> answer, PooledBuffer output)
    {
        switch (call.Operation)
        {
            case Operation.Chat:
                JsonReshaper.Write(answer, WireShapes.Chat, _providerField, output);
                break;
            case Operation.Completions:
                JsonReshaper.Write(answer, WireShapes.Completions, tail: default, output);
                break;
            default:
                JsonReshaper.Write(answer, WireShapes.Embeddings, tail: default, output);
                break;
        }
    }

    public override StreamTranslator OpenStream(ProviderCall call) =>
        call.Operation == Operation.Chat
            ? new OpenAIStreamTranslator(WireShapes.ChatChunk, _providerField)
            : new OpenAIStreamTranslator(WireShapes.CompletionsChunk, tail: []);

    private void AddOwnHeaders(HttpRequestHeaders headers)
    {
        if (_authorization is not null)
        {
            headers.Authorization = _authorization;
        }
        else
        {
            headers.TryAddWithoutValidation("api-key", _settings.Key.Reveal());
        }

        if (_settings.Organization is { } organization)
        {
            headers.TryAddWithoutValidation("OpenAI-Organization", organization);
        }
    }

    private Uri Address(string path, bool isOfDeployment = true)
    {
        var address = new StringBuilder(_settings.Base);
        if (_settings.ApiType != OpenAIApiType.OpenAI)
        {
            address.Append("/openai");
            if (isOfDeployment)
            {
                address.Append("/deployments/").Append(Uri.EscapeDataString(_settings.Deployment ?? ""));
            }
        }

        address.Append('/').Append(path);
        if (_settings.ApiVersion is { } version)
        {
            address.Append("?api-version=").Append(Uri.EscapeDataString(version));
        }

        return new Uri(address.ToString());
    }
}
