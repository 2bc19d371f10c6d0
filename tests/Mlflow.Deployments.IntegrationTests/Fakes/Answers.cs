namespace Mlflow.Deployments.IntegrationTests.Fakes;

/// <summary>Answers as an MLflow AI Gateway gives them.</summary>
internal static class Answers
{
    public const string Chat = """
        {"id":"chatcmpl-1","object":"chat.completion","created":1700173217,"model":"gpt-4o-mini","provider":"openai",
         "choices":[{"index":0,"message":{"role":"assistant","content":"Grüße 👩‍🚀","tool_calls":null,"refusal":null},"finish_reason":"stop"}],
         "usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7,"prompt_tokens_details":{"cached_tokens":3}},"system_fingerprint":"fp"}
        """;

    public const string Completion = """
        {"id":"cmpl-1","object":"text_completion","created":1700173217,"model":"davinci","choices":[{"index":0,"text":" there","finish_reason":"length"}],
         "usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}
        """;

    public const string Embeddings = """
        {"object":"list","data":[{"object":"embedding","embedding":[0.5,-2],"index":1},{"object":"embedding","embedding":[1,0.25],"index":0}],
         "model":"ada","usage":{"prompt_tokens":8,"total_tokens":8}}
        """;

    public static string Endpoint(string name, string url = "/gateway/x/invocations") => $$"""
        {"name":"{{name}}","endpoint_type":"llm/v1/chat","model":{"name":"gpt-4o","provider":"openai"},"endpoint_url":"{{url}}",
         "limit":{"calls":10,"key":null,"renewal_period":"minute"},"note":"new"}
        """;
}
