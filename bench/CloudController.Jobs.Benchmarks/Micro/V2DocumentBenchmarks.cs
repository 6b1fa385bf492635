using BenchmarkDotNet.Attributes;
using CloudController.Jobs.AspNetCore;
using CloudController.Jobs.AspNetCore.Responses;
using CloudController.Jobs.AspNetCore.V2;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.Benchmarks.Micro;

public class V2DocumentBenchmarks
{
    private static readonly DateTimeOffset CreatedAt = new(2014, 6, 20, 0, 18, 51, TimeSpan.Zero);
    private static readonly JobStatus Finished = new(JobGuid.New(CreatedAt), CreatedAt, JobPhase.Finished, 1, 1, CreatedAt, null);
    private static readonly JobStatus Failed = Finished with { Phase = JobPhase.Failed, Error = JobError.Unknown };

    private readonly V2JobDocument document = new(new V2Timestamp(Options.Create(new JobsHttpOptions())));
    private readonly V2JobDocument inZone = new(new V2Timestamp(Options.Create(new JobsHttpOptions { TimeZone = "America/Los_Angeles" })));

    [Benchmark]
    public int WriteFinished() => Write(document, Finished);

    [Benchmark]
    public int WriteFailed() => Write(document, Failed);

    [Benchmark]
    public int WriteFailedInZone() => Write(inZone, Failed);

    private static int Write(V2JobDocument document, JobStatus status)
    {
        using var body = JsonBody.RentPretty();
        document.Write(body.Writer, status);
        return body.Bytes.Length;
    }
}
