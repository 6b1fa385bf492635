using BenchmarkDotNet.Attributes;
using CloudController.Jobs.AspNetCore.RequestIds;
using Microsoft.AspNetCore.Http;

namespace CloudController.Jobs.Benchmarks.Micro;

public class RequestIdBenchmarks
{
    private readonly HeaderDictionary none = [];
    private readonly HeaderDictionary incoming = new() { [RequestId.Header] = "db177bbd-36e9-4246-9a11-f9bd0d5975ef" };

    [Benchmark]
    public string New() => RequestId.For(none);

    [Benchmark]
    public string AfterIncoming() => RequestId.For(incoming);
}
