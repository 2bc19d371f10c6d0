using System.Net;
using Microsoft.Extensions.Time.Testing;
using Mlflow.Deployments.Gateway.Providers;
using Mlflow.Deployments.Gateway.Providers.Bedrock.Aws;
using NUnit.Framework;

namespace Mlflow.Deployments.Gateway.Tests.Providers.Bedrock;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CredentialSourceTests
{
    private readonly FakeTimeProvider _clock = new();
    private int _fetches;

    [Test]
    [CancelAfter(10_000)]
    public async Task Requests_at_the_same_time_wait_for_one_fetch(CancellationToken cancellationToken)
    {
        var gate = new TaskCompletionSource();
        FetchedCredentialSource source = Source(TimeSpan.FromHours(1), gate.Task);

        Task<AwsCredentials>[] waiting = [.. Enumerable.Range(0, 50).Select(_ => source.GetAsync(cancellationToken).AsTask())];
        gate.SetResult();
        AwsCredentials[] credentials = await Task.WhenAll(waiting);

        Assert.That(_fetches, Is.EqualTo(1));
        Assert.That(credentials.Distinct().Count(), Is.EqualTo(1));
    }

    [TestCase(60, 54, 1)]
    [TestCase(60, 56, 2)]
    [TestCase(10, 8, 1)]
    [TestCase(10, 9.5, 2)]
    public async Task Credentials_are_fetched_anew_shortly_before_they_end(double life, double later, int fetches)
    {
        FetchedCredentialSource source = Source(TimeSpan.FromMinutes(life));

        await source.GetAsync(default);
        _clock.Advance(TimeSpan.FromMinutes(later));
        await source.GetAsync(default);

        Assert.That(_fetches, Is.EqualTo(fetches));
    }

    [Test]
    public async Task Credentials_that_a_service_refused_are_fetched_anew()
    {
        FetchedCredentialSource source = Source(TimeSpan.FromHours(1));
        AwsCredentials first = await source.GetAsync(default);

        source.Drop(first);
        AwsCredentials second = await source.GetAsync(default);
        source.Drop(first);
        AwsCredentials third = await source.GetAsync(default);

        Assert.That(_fetches, Is.EqualTo(2));
        Assert.That(third, Is.SameAs(second));
    }

    [Test]
    public async Task Failed_fetch_is_told_and_tried_again_by_the_next_request()
    {
        var source = new FetchedCredentialSource(
            _ => ++_fetches == 1 ? throw new HttpRequestException("no") : Task.FromResult(new AwsCredentials("id", "secret", "token")), _clock);

        ProviderException? failure = await Assert.ThrowsAsync<ProviderException>(() => source.GetAsync(default).AsTask());
        await source.GetAsync(default);

        Assert.That((failure!.Kind, failure.Status), Is.EqualTo((FailureKind.CredentialsUnavailable, (int)HttpStatusCode.BadGateway)));
        Assert.That(_fetches, Is.EqualTo(2));
    }

    [Test]
    [CancelAfter(10_000)]
    public async Task Request_that_leaves_does_not_take_the_credentials_from_the_others(CancellationToken cancellationToken)
    {
        var gate = new TaskCompletionSource();
        FetchedCredentialSource source = Source(TimeSpan.FromHours(1), gate.Task);
        using var leaving = new CancellationTokenSource();
        Task<AwsCredentials> leaver = source.GetAsync(leaving.Token).AsTask();
        Task<AwsCredentials> other = source.GetAsync(cancellationToken).AsTask();

        await leaving.CancelAsync();
        gate.SetResult();

        await Assert.ThatAsync(() => leaver, Throws.InstanceOf<OperationCanceledException>());
        Assert.That((await other).AccessKeyId, Is.EqualTo("id"));
        Assert.That(_fetches, Is.EqualTo(1));
    }

    [Test]
    [CancelAfter(10_000)]
    public async Task Fetch_that_gets_no_answer_is_given_up()
    {
        var source = new FetchedCredentialSource(
            async token =>
            {
                _clock.Advance(TimeSpan.FromMinutes(1));
                await Task.Delay(Timeout.Infinite, token);
                return null!;
            },
            _clock);

        ProviderException? failure = await Assert.ThrowsAsync<ProviderException>(() => source.GetAsync(default).AsTask());

        Assert.That(failure!.Message, Does.Contain("in time"));
    }

    private FetchedCredentialSource Source(TimeSpan life, Task? gate = null) => new(
        async _ =>
        {
            Interlocked.Increment(ref _fetches);
            await (gate ?? Task.CompletedTask);
            return new AwsCredentials("id", "secret", "token", _clock.GetUtcNow() + life);
        },
        _clock);
}
