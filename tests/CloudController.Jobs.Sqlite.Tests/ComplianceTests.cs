using CloudController.Jobs.StoreConformance;

namespace CloudController.Jobs.Sqlite.Tests;

public sealed class ComplianceTests
{
    [Fact]
    public void Every_suite_of_the_conformance_library_is_run_here()
    {
        var suites = typeof(IStoreFixture).Assembly.GetExportedTypes().Where(IsSuite).ToList();
        var run = typeof(ComplianceTests).Assembly.GetExportedTypes().Where(type => type.IsSealed).ToList();

        Assert.NotEmpty(suites);
        Assert.Empty(suites.Where(suite => !run.Exists(type => type.IsSubclassOf(suite))).Select(suite => suite.Name));
    }

    // A suite is an abstract class with facts of its own; StoreConformance, which has none, is what they have in common.
    private static bool IsSuite(Type type) =>
        type.IsAbstract && type.GetMethods().Any(method => method.IsDefined(typeof(FactAttribute), inherit: true));
}
