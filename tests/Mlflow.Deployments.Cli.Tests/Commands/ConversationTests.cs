using Mlflow.Deployments.Chat;
using Mlflow.Deployments.Cli.Commands;
using Mlflow.Deployments.Gateway;

namespace Mlflow.Deployments.Cli.Tests.Commands;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ConversationTests : IAsyncDisposable
{
    private GatewayApplication _gateway = null!;
    private DeployClient _client = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _gateway = await GatewayApplication.StartAsync(new() { Port = 0 });
        _client = new DeployClient(_gateway.Address.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _gateway.DisposeAsync();
    }

    [Test]
    public async Task AskAsync_keeps_question_and_answer()
    {
        var conversation = new Conversation(_client, "chat", "You are terse.");

        var text = string.Concat(await ToListAsync(conversation.AskAsync("Hello", CancellationToken.None)));

        Assert.That(
            conversation.Messages.Select(message => (message.Role, message.Content)),
            Is.EqualTo(new[] { (ChatRole.System, "You are terse."), (ChatRole.User, "Hello"), (ChatRole.Assistant, text) }));
    }

    [Test]
    public async Task AskAsync_question_without_answer_is_forgotten()
    {
        var conversation = new Conversation(_client, "nope", system: null);

        await Assert.ThrowsAsync<DeployEndpointNotFoundException>(() => ToListAsync(conversation.AskAsync("Hello", CancellationToken.None)));

        Assert.That(conversation.Messages, Is.Empty);
    }

    [Test]
    public async Task Clear_keeps_what_the_model_was_told_before()
    {
        var conversation = new Conversation(_client, "chat", "You are terse.");
        await ToListAsync(conversation.AskAsync("Hello", CancellationToken.None));

        conversation.Clear();

        Assert.That(conversation.Messages.Select(message => message.Role), Is.EqualTo(new[] { ChatRole.System }));
    }

    private static async Task<List<string>> ToListAsync(IAsyncEnumerable<string> texts)
    {
        var list = new List<string>();
        await foreach (var text in texts)
        {
            list.Add(text);
        }

        return list;
    }
}
