namespace Mlflow.Deployments.Benchmarks.Cases;

/// <summary>Makes the client under test over the fake network.</summary>
internal static class Clients
{
    public static DeployClient Of(FakeHandler handler) =>
        new(new HttpClient(handler), new() { Target = "http://gateway.test", Dialect = DeployDialect.MlflowGateway });
}
