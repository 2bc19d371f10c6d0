namespace Mlflow.Deployments.Tests.Errors;

public class ExceptionTests
{
    private static readonly Type[] Kinds = [.. typeof(DeployException).Assembly.GetExportedTypes().Where(type => type.IsAssignableTo(typeof(DeployException)))];

    [TestCaseSource(nameof(Kinds))]
    public void Exception_is_made_as_tests_of_apps_and_serializers_make_it(Type kind)
    {
        var cause = new IOException("cable");

        var bare = (DeployException)Activator.CreateInstance(kind)!;
        var told = (DeployException)Activator.CreateInstance(kind, "what failed")!;
        var caused = (DeployException)Activator.CreateInstance(kind, "what failed", cause)!;

        Assert.Multiple(() =>
        {
            Assert.That(bare.Message, Does.Contain(kind.FullName));
            Assert.That((told.Message, told.InnerException), Is.EqualTo(("what failed", (Exception?)null)));
            Assert.That((caused.Message, caused.InnerException), Is.EqualTo(("what failed", cause)));
            Assert.That(caused.IsTransient, Is.False, "nobody said that it may pass");
        });
    }
}
