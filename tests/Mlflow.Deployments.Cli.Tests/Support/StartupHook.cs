/// <summary>Run by the runtime at the start of the program under test, where a variable names this assembly: at the end it lists the assemblies that were loaded.</summary>
/// <remarks>The runtime wants this name, and no namespace.</remarks>
internal static class StartupHook
{
    public const string ListVariable = "MLFLOW_DEPLOYMENTS_TEST_LOADED";

    public static void Initialize() => AppDomain.CurrentDomain.ProcessExit += (_, _) => File.WriteAllLines(
        Environment.GetEnvironmentVariable(ListVariable)!, AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.GetName().Name!));
}
