using BenchmarkDotNet.Attributes;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Benchmarks.Micro;

public class LeaseIdBenchmarks
{
    private static readonly LeaseId Lease = new(123_456, 7, 0x0123_4567_89AB_CDEF);
    private readonly string text = Lease.ToString();

    [Benchmark]
    public string Format() => Lease.ToString();

    [Benchmark]
    public bool TryParse() => LeaseId.TryParse(text, out _);
}
