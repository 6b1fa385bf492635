using System.Text;
using CloudController.Jobs.Cli.Settings;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Cli.Bench;

/// <summary>Measures the engine as it is, on a database of its own: the worker, its maintenance and the store that a server has.</summary>
internal sealed class JobBench : IAsyncDisposable
{
    public const int Callers = 64;
    public const int Bulk = 1_000;
    public const int Concurrency = 1_000;
    public const int Pickups = 200;

    /// <summary>Run before anything is measured, so that the code is compiled.</summary>
    private const int WarmUp = 2_000;

    private const string Queue = "bench";

    private readonly IHost host;
    private readonly IJobStore store;
    private readonly BenchProbe probe;
    private readonly TimeProvider time;
    private readonly CancellationToken stopping;

    private JobBench(IHost host)
    {
        this.host = host;
        store = host.Services.GetRequiredService<IJobStore>();
        probe = host.Services.GetRequiredService<BenchProbe>();
        time = host.Services.GetRequiredService<TimeProvider>();
        stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
    }

    /// <summary>Opens a new database and starts a worker on it. A signal stops it.</summary>
    public static async Task<JobBench> StartAsync(StoreSettings store, CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection([new("Worker:Concurrency", $"{Concurrency}")]);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddSingleton<BenchProbe>();
        builder.Services.AddCloudControllerJobs(jobs => store.Use(jobs).AddHandler<BenchJob, BenchHandler>(BenchJson.Default.BenchJob));
        builder.Services.PostConfigure<StoreOptions>(options => options.WaitUntilReachable = false);

        var bench = new JobBench(builder.Build());
        await bench.host.StartAsync(cancellationToken);
        return bench;
    }

    /// <exception cref="OperationCanceledException">A signal came.</exception>
    public async Task<BenchResult> RunAsync(int jobs)
    {
        await WarmUpAsync();

        await store.PauseQueueAsync(Queue, new QueuePause(time.GetUtcNow(), "bench", null), stopping);
        var enqueue = await MeasureAsync(() => EnqueueSinglyAsync(jobs));
        var bulk = await MeasureAsync(() => EnqueueInBulksAsync(jobs));

        var ends = probe.NextEnds(2 * jobs);
        var process = await MeasureAsync(async () =>
        {
            await store.ResumeQueueAsync(Queue, stopping);
            await ends.WaitAsync(stopping);
        });

        var pickups = await MeasurePickupsAsync();
        return new BenchResult(
            jobs,
            jobs / enqueue.TotalSeconds,
            jobs / bulk.TotalSeconds,
            2 * jobs / process.TotalSeconds,
            Percentile(pickups, 50),
            Percentile(pickups, 99));
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync(CancellationToken.None);
        host.Dispose();
    }

    private async Task WarmUpAsync()
    {
        var ends = probe.NextEnds(2 * WarmUp);
        await EnqueueSinglyAsync(WarmUp);
        await EnqueueInBulksAsync(WarmUp);
        await ends.WaitAsync(stopping);
    }

    private async Task<TimeSpan> MeasureAsync(Func<Task> action)
    {
        var start = time.GetTimestamp();
        await action();
        return time.GetElapsedTime(start);
    }

    private Task EnqueueSinglyAsync(int count)
    {
        return Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(CallAsync, stopping)));

        async Task CallAsync()
        {
            while (Interlocked.Decrement(ref count) >= 0)
                await SubmitAsync([NewJob()]);
        }
    }

    private async Task EnqueueInBulksAsync(int count)
    {
        for (var left = count; left > 0; left -= Bulk)
            await SubmitAsync([.. Enumerable.Range(0, Math.Min(Bulk, left)).Select(_ => NewJob())]);
    }

    private async Task<List<TimeSpan>> MeasurePickupsAsync()
    {
        var pickups = new List<TimeSpan>(Pickups);
        for (var i = 0; i < Pickups; i++)
        {
            var (begin, end) = (probe.NextBegin(), probe.NextEnds(1));
            await SubmitAsync([NewJob()]);
            var submitted = time.GetTimestamp();

            // A run may begin before its submitter has been told.
            var pickup = time.GetElapsedTime(submitted, await begin.WaitAsync(stopping));
            pickups.Add(pickup > TimeSpan.Zero ? pickup : TimeSpan.Zero);
            await end.WaitAsync(stopping);
        }

        return pickups;
    }

    private async Task SubmitAsync(IReadOnlyList<NewJob> jobs)
    {
        if (await store.SubmitAsync(jobs, int.MaxValue, stopping) is not Submission.Accepted)
            throw new InvalidOperationException("The store refused a job.");
    }

    private NewJob NewJob()
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
        return new NewJob
        {
            Guid = JobGuid.New(now),
            CreatedAt = now,
            Operation = BenchJob.Operation,
            Arguments = Encoding.UTF8.GetBytes("{}"),
            Queue = Queue,
            Owner = JobOwner.Application,
        };
    }

    /// <summary>The nearest rank: the smallest value that so many of a hundred do not exceed.</summary>
    private static TimeSpan Percentile(List<TimeSpan> values, int percent)
    {
        values.Sort();
        return values[(int)Math.Ceiling(values.Count * percent / 100.0) - 1];
    }
}
