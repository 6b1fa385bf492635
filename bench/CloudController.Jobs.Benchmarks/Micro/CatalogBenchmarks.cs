using BenchmarkDotNet.Attributes;
using CloudController.Jobs.Errors;

namespace CloudController.Jobs.Benchmarks.Micro;

public class CatalogBenchmarks
{
    private static readonly string[] Arguments = ["db177bbd-36e9-4246-9a11-f9bd0d5975ef"];

    [Benchmark]
    public JobError Fill()
    {
        ErrorCatalog.BuiltIn.TryCreate("AppNotFound", Arguments, out var error, out _);
        return error;
    }
}
