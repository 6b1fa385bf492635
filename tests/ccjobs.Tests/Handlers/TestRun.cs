using System.Text;
using System.Threading.Channels;
using CloudController.Jobs.Running;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Cli.Tests.Handlers;

/// <summary>A run as a worker would hand it to a handler, and what the handler reports from it.</summary>
internal sealed class TestRun
{
    private readonly RunReporter reporter;
    private readonly Channel<RunReport> reports = Channel.CreateUnbounded<RunReport>();
    private readonly StringBuilder log = new();

    public TestRun(string operation, string arguments, int attempt = 1, int run = 1)
    {
        reporter = new RunReporter(() => reports.Writer.TryWrite(Take()), logged: static () => { });
        var submitted = new NewJob
        {
            Guid = JobGuid.New(DateTimeOffset.UnixEpoch),
            CreatedAt = DateTimeOffset.UnixEpoch,
            Operation = operation,
            Arguments = Encoding.UTF8.GetBytes(arguments),
            Owner = JobOwner.Application,
        };
        var job = Job.From(submitted);
        Context = new JobContext(job with { Lifecycle = job.Lifecycle with { Attempt = attempt, Run = run } }, reporter);
    }

    public JobContext Context { get; }

    /// <summary>All that was written to the job's log so far.</summary>
    public string Log
    {
        get
        {
            lock (log)
            {
                Take();
                return log.ToString();
            }
        }
    }

    /// <summary>The next report of progress or a warning, as soon as it comes.</summary>
    public async Task<RunReport> NextAsync() => await reports.Reader.ReadAsync(TestContext.Current.CancellationToken);

    /// <summary>The reports that have come and were not read.</summary>
    public IReadOnlyList<RunReport> Reports()
    {
        var all = new List<RunReport>();
        while (reports.Reader.TryRead(out var report))
            all.Add(report);

        return all;
    }

    private RunReport Take()
    {
        lock (log)
        {
            var report = reporter.Take();
            log.Append(report.Log);
            return report;
        }
    }
}
