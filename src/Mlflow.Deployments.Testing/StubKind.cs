using Mlflow.Deployments.Testing.Scripts;

namespace Mlflow.Deployments.Testing;


/// <summary>How the requests of a kind of endpoint are read, and its answers written.</summary>
internal sealed record StubKind<TRequest, TAnswer>(EndpointType Type, TAnswer Default, Func<FakeRequest, TRequest?> Read, Func<TAnswer, FakeRequest, Script> Write)
    where TRequest : class
    where TAnswer : class;
