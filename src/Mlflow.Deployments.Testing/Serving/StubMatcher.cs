using WireMock;
using WireMock.Matchers.Request;

namespace Mlflow.Deployments.Testing.Serving;

/// <summary>Lets WireMock ask a stub whether it is for a request.</summary>
internal sealed class StubMatcher(Func<IRequestMessage, bool> matches) : IRequestMatcher
{
    public RequestMatcherType Type => RequestMatcherType.Composite;

    public double GetMatchingScore(IRequestMessage requestMessage, IRequestMatchResult requestMatchResult) =>
        requestMatchResult.AddScore(typeof(StubMatcher), matches(requestMessage) ? 1 : 0, null);
}
