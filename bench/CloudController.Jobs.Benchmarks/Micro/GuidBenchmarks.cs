using BenchmarkDotNet.Attributes;

namespace CloudController.Jobs.Benchmarks.Micro;

public class GuidBenchmarks
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly string text = JobGuid.New(Now).ToString();

    [Benchmark]
    public Guid New() => JobGuid.New(Now);

    [Benchmark]
    public bool TryParse() => JobGuid.TryParse(text, out _);
}
