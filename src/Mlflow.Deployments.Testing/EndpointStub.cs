using Mlflow.Deployments.Testing.Scripts;
using Mlflow.Deployments.Testing.Wire;

namespace Mlflow.Deployments.Testing;

/// <summary>How a fake endpoint answers: a sequence of answers, and the requests that they are for.</summary>
/// <typeparam name="TRequest">What the endpoint is asked with.</typeparam>
/// <typeparam name="TAnswer">What it answers.</typeparam>
/// <remarks>
/// Each method that gives an answer adds it to the sequence: the first request gets the first answer, the next request the second, and the last answer
/// repeats. A stub to which no answer was added says something harmless of its own. Of several stubs for an endpoint, those with a condition go before those without,
/// and a later one before an earlier one. Safe to use from many threads.
/// </remarks>
public sealed class EndpointStub<TRequest, TAnswer> : IEndpointStub
    where TRequest : class
    where TAnswer : class
{
    // More than any test makes: stubs with a condition, those without, and those for a body of any form do not mix.
    private const int StubsOfATier = 500_000_000;

    private readonly Lock _lock = new();
    private readonly StubKind<TRequest, TAnswer> _kind;
    private readonly FakeEndpoint _endpoint;
    private readonly int _number;
    private readonly FakeEndpoints _owner;
    private readonly List<Func<TRequest, bool>> _conditions = [];
    private readonly List<(Func<FakeRequest, Script> Answer, int Times)> _answers = [];
    private int _requests;

    internal EndpointStub(StubKind<TRequest, TAnswer> kind, string endpoint, int number, FakeEndpoints owner)
    {
        (_kind, _number, _owner) = (kind, number, owner);
        _endpoint = new(endpoint, kind.Type);
        owner.Register(this);
    }

    Guid IEndpointStub.Id { get; } = Guid.NewGuid();

    FakeEndpoint IEndpointStub.Endpoint => _endpoint;

    int IEndpointStub.Rank
    {
        get
        {
            lock (_lock)
            {
                var tier = _conditions.Count > 0 ? 1 : _kind.Type.Value is null ? 3 : 2;
                return (tier * StubsOfATier) - _number;
            }
        }
    }

    /// <summary>Lets the stub answer only requests that a condition holds for; of several conditions all must.</summary>
    /// <param name="condition">The condition; it must be safe to call from several threads.</param>
    /// <returns>The stub.</returns>
    public EndpointStub<TRequest, TAnswer> When(Func<TRequest, bool> condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        lock (_lock)
        {
            _conditions.Add(condition);
        }

        _owner.Register(this); // with its new rank
        return this;
    }

    /// <summary>Adds an answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <returns>The stub.</returns>
    public EndpointStub<TRequest, TAnswer> Returns(TAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return Add(request => _kind.Write(answer, request));
    }

    /// <summary>Adds an answer that is made from the request.</summary>
    /// <param name="answer">Makes the answer; it must be safe to call from several threads.</param>
    /// <returns>The stub.</returns>
    public EndpointStub<TRequest, TAnswer> Returns(Func<TRequest, TAnswer> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return Add(request => _kind.Write(answer(_kind.Read(request)!), request));
    }

    /// <summary>Adds an answer that goes over the wire word for word.</summary>
    /// <param name="answer">The answer.</param>
    /// <returns>The stub.</returns>
    public EndpointStub<TRequest, TAnswer> Returns(HttpAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return Add(_ =>
        {
            var script = Script.OfText(answer.Body, answer.Status, answer.ContentType) with { Headers = answer.Headers };
            return (answer.Fault?.Apply(script) ?? script).After(answer.Delay);
        });
    }

    /// <summary>Adds a refusal, in the form of MLflow: <c>{"detail": message}</c>, or of OpenAI where the fake passes for it.</summary>
    /// <param name="status">The status, at least 400.</param>
    /// <param name="message">What the server says.</param>
    /// <returns>The stub.</returns>
    public EndpointStub<TRequest, TAnswer> Fails(int status, string message = "The fake gateway was told to fail.")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 400);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 599);
        ArgumentNullException.ThrowIfNull(message);
        return Add(_ => ErrorWire.Refusal(_owner.Dialect, status, message));
    }

    /// <summary>Adds a refusal with status 429, as MLflow's own limiter gives it, or OpenAI where the fake passes for it.</summary>
    /// <param name="retryAfter">The header <c>Retry-After</c>, in whole seconds; null for none.</param>
    /// <returns>The stub.</returns>
    public EndpointStub<TRequest, TAnswer> RateLimits(TimeSpan? retryAfter = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(retryAfter ?? TimeSpan.Zero, TimeSpan.Zero, nameof(retryAfter));
        return Add(_ => ErrorWire.RateLimit(_owner.Dialect, retryAfter));
    }

    /// <summary>Adds an answer that breaks on its way.</summary>
    /// <param name="fault">What goes wrong.</param>
    /// <returns>The stub.</returns>
    /// <remarks>Set the <c>Fault</c> of an answer to choose also what breaks.</remarks>
    public EndpointStub<TRequest, TAnswer> Breaks(Fault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return Add(request => fault.Apply(_kind.Write(_kind.Default, request)));
    }

    /// <summary>Adds an exception that the call throws as it is. Only for <see cref="FakeDeployClient"/>: a server cannot throw in the app that asks it.</summary>
    /// <param name="exception">The exception.</param>
    /// <returns>The stub.</returns>
    /// <exception cref="InvalidOperationException">The stub is a <see cref="FakeGateway"/>'s.</exception>
    public EndpointStub<TRequest, TAnswer> Throws(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        if (_owner is not FakeDeployClient)
        {
            throw new InvalidOperationException("A server cannot throw in the app that asks it: use Fails or Breaks, or a FakeDeployClient in place of the gateway.");
        }

        return Add(_ => new Script { Thrown = exception, Steps = [] });
    }

    /// <summary>Gives the answer that was added last to several requests, before the next answer has its turn.</summary>
    /// <param name="requests">How many, at least 1.</param>
    /// <returns>The stub.</returns>
    /// <exception cref="InvalidOperationException">No answer was added yet.</exception>
    public EndpointStub<TRequest, TAnswer> Times(int requests)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(requests, 1);
        lock (_lock)
        {
            if (_answers.Count == 0)
            {
                throw new InvalidOperationException($"Times({requests}) repeats the answer before it, and the stub of '{_endpoint.Name}' has none yet. Call Returns, Fails or another first.");
            }

            _answers[^1] = _answers[^1] with { Times = requests };
        }

        return this;
    }

    bool IEndpointStub.Matches(FakeRequest request)
    {
        if (!request.IsInvocation || request.Endpoint != _endpoint.Name || _kind.Read(request) is not { } content)
        {
            return false;
        }

        Func<TRequest, bool>[] conditions;
        lock (_lock)
        {
            conditions = [.. _conditions];
        }

        try
        {
            return Array.TrueForAll(conditions, condition => condition(content));
        }
        catch (Exception e)
        {
            request.Trouble = $"a condition of '{_endpoint.Name}' threw {e.GetType().Name}: {e.Message}"; // told by VerifyNoUnexpectedRequests
            return false;
        }
    }

    Script IEndpointStub.Next(FakeRequest request) => Take()?.Invoke(request) ?? _kind.Write(_kind.Default, request);

    private Func<FakeRequest, Script>? Take()
    {
        lock (_lock)
        {
            var place = _requests++;
            foreach (var (answer, times) in _answers)
            {
                if (place < times)
                {
                    return answer;
                }

                place -= times;
            }

            return _answers.Count == 0 ? null : _answers[^1].Answer;
        }
    }

    private EndpointStub<TRequest, TAnswer> Add(Func<FakeRequest, Script> answer)
    {
        lock (_lock)
        {
            _answers.Add((answer, 1));
        }

        return this;
    }
}
