using Mlflow.Deployments.Testing.Scripts;
using Mlflow.Deployments.Testing.Wire;

namespace Mlflow.Deployments.Testing;

/// <summary>What a server needs to know of a stub.</summary>
internal interface IEndpointStub
{
    /// <summary>Gets the id of the stub.</summary>
    Guid Id { get; }

    FakeEndpoint Endpoint { get; }

    /// <summary>Gets the rank: of the stubs that match, the lowest answers.</summary>
    int Rank { get; }

    bool Matches(FakeRequest request);

    /// <summary>Takes the next answer of the sequence.</summary>
    Script Next(FakeRequest request);
}
