using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net.Http.Headers;
using Mlflow.Deployments.Gateway.Configuration;
using Mlflow.Deployments.Gateway.Json;
using Mlflow.Deployments.Gateway.Providers.Passthrough;
using Mlflow.Deployments.Gateway.Providers.Upstream;

namespace Mlflow.Deployments.Gateway.Providers.OpenAI;

/// <summary>OpenAI's API, at OpenAI, at Azure, or at anything that speaks it. MLflow's wire format is the same but for a few fields.</summary>
internal sealed class OpenAITranslator : UpstreamTranslator, IPassthrough
{
    private readonly OpenAIServer _server;
    private readonly Uri[] _addresses;
    private readonly FrozenDictionary<PassthroughAction, Uri> _passed;
    private readonly byte[] _modelField;
    private readonly byte[] _providerField;

    public OpenAITranslator(OpenAIServer server)
    {
        _server = server;
        _addresses = [Address("chat/completions"), Address("completions"), Address("embeddings")];
        _passed = new Dictionary<PassthroughAction, Uri>(server.MorePassthrough)
        {
            [PassthroughAction.OpenAIChat] = _addresses[(int)Operation.Chat],
            [PassthroughAction.OpenAIEmbeddings] = _addresses[(int)Operation.Embeddings],
        }.ToFrozenDictionary();
        Actions = [.. _passed.Keys.Order()];
        _modelField = server.Model is { } model ? [.. "\"model\":"u8, .. JsonText.Encode(model)] : [];
        _providerField = [.. ",\"provider\":"u8, .. JsonText.Encode(server.Info.Name)];
    }

    public override ProviderInfo Info => _server.Info;

    public ImmutableArray<PassthroughAction> Actions { get; }

    string? IPassthrough.Model => _server.PassedModel ?? _server.Model;

    public override HttpRequestMessage CreateRequest(ProviderCall call)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _addresses[(int)call.Operation])
        {
            Content = new PooledContent(OpenAIRequestBody.Create(call, _modelField)),
        };
        request.Headers.UserAgent.Add(UserAgent);
        AddHeaders(request.Headers);
        return request;
    }

    public override ValueTask<HttpRequestMessage> CreateRequestAsync(ProviderCall call, CancellationToken cancellationToken) =>
        _server.Credential is { } credential ? CreateRequestAsync(credential, call, cancellationToken) : new(CreateRequest(call));

    Uri IPassthrough.Address(PassthroughAction action) => _passed[action];

    ValueTask IPassthrough.AddHeadersAsync(HttpRequestMessage request, ProviderCall call, CancellationToken cancellationToken)
    {
        AddHeaders(request.Headers);
        return _server.Credential?.ApplyAsync(request, cancellationToken) ?? ValueTask.CompletedTask;
    }

    void IPassthrough.Renew(HttpRequestMessage refused) => _server.Credential?.Renew(refused);

    public override void WriteAnswer(ProviderCall call, ReadOnlySpan<byte> answer, PooledBuffer output)
    {
        switch (call.Operation)
        {
            case Operation.Chat:
                JsonReshaper.Write(_server.Rewrite?.Invoke(answer) ?? answer, WireShapes.Chat, _providerField, output);
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

    public override ProviderException TranslateError(ProviderCall call, HttpResponseMessage response, ReadOnlyMemory<byte> body, bool isJson)
    {
        if ((int)response.StatusCode == StatusCodes.Status401Unauthorized)
        {
            _server.Credential?.Renew(response.RequestMessage);
        }

        return base.TranslateError(call, response, body, isJson);
    }

    private void AddHeaders(HttpRequestHeaders headers)
    {
        foreach ((string name, Secret value) in _server.Headers)
        {
            headers.TryAddWithoutValidation(name, value.Reveal());
        }
    }

    private async ValueTask<HttpRequestMessage> CreateRequestAsync(UpstreamCredential credential, ProviderCall call, CancellationToken cancellationToken)
    {
        HttpRequestMessage request = CreateRequest(call);
        try
        {
            await credential.ApplyAsync(request, cancellationToken);
            (HttpRequestMessage ready, request) = (request, null!);
            return ready;
        }
        finally
        {
            request?.Dispose();
        }
    }

    private Uri Address(string path) => new($"{_server.Base}/{path}{_server.Query}");
}
