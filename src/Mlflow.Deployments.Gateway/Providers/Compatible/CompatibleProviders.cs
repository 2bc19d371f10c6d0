namespace Mlflow.Deployments.Gateway.Providers.Compatible;

/// <summary>The providers that differ in name, address and key header only.</summary>
internal static class CompatibleProviders
{
    private static readonly CompatibleRow[] Table =
    [
        new("groq", "Groq", "https://api.groq.com/openai/v1"),
        new("deepseek", "DeepSeek", "https://api.deepseek.com/v1"),
        new("xai", "xAI", "https://api.x.ai/v1"),
        new("openrouter", "OpenRouter", "https://openrouter.ai/api/v1"),
        new("ollama", "Ollama", "http://localhost:11434/v1") { NoKey = "ollama" },
        new("portkey", "Portkey", "") { KeyHeader = "x-portkey-api-key" },
    ];

    public static IEnumerable<ProviderRow> Rows => Table.Select(row => new ProviderRow(row.Name, reader => CompatibleSettings.Read(row, reader)));
}
