using System.Text;
using BenchmarkDotNet.Attributes;
using CloudController.Jobs.AspNetCore.V3.Submitting;

namespace CloudController.Jobs.Benchmarks.Micro;

public class SubmissionBenchmarks
{
    private static readonly byte[] Small = Encoding.UTF8.GetBytes($$"""{"operation":"app.delete","arguments":{{SomeArguments.Text}}}""");

    private static readonly byte[] Large = Encoding.UTF8.GetBytes($$"""
        {
          "operation": "app.delete",
          "arguments": {{SomeArguments.Text}},
          "queue": "slow",
          "priority": 10,
          "run_at": "2026-02-03T04:05:06Z",
          "max_attempts": 3,
          "backoff": { "initial_seconds": 1.5, "factor": 2, "max_seconds": 60 },
          "timeout_seconds": 600,
          "resource": { "type": "app", "guid": "db177bbd-36e9-4246-9a11-f9bd0d5975ef", "url": "https://api.example.org/v3/apps/1" },
          "metadata": { "labels": { "team": "blue", "example.org/stage": "live" }, "annotations": { "note": "as agreed" } }
        }
        """);

    private readonly JobsOptions options = new();
    private readonly Submitter submitter = new(
        new JobOwner("", "bench"), true, "db177bbd-36e9-4246-9a11-f9bd0d5975ef", null, "http://127.0.0.1:8181", new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    [Benchmark]
    public int Read() => Read(Small, null);

    [Benchmark]
    public int ReadWithKey() => Read(Small, "some-key");

    [Benchmark]
    public int ReadEveryField() => Read(Large, null);

    private int Read(byte[] body, string? key) => new SubmissionBody(options, submitter, new FieldErrors()).ReadOne(body, key).Count;
}
