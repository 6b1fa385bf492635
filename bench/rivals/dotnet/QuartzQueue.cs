using CloudController.Jobs.Benchmarks.Rivals.Protocol;
using Npgsql;
using Quartz;

namespace CloudController.Jobs.Rivals;

/// <summary>Quartz.NET on its clustered ADO store: a job submitted is a trigger that fires once, at once, for one durable job.</summary>
internal sealed class QuartzQueue : IQueueProgram
{
    private const int Threads = 20;

    private static readonly JobKey Job = new("noop");

    // Static, as a job is created anew for each run.
    private static QueueRuns runs = QueueRuns.None;

    public string Versions => $"Quartz.NET {typeof(IScheduler).Assembly.GetName().Version?.ToString(3)}";

    public async Task SetUpAsync(QueueServer server)
    {
        var scheduler = await BuildAsync(server, connections: 4, provision: true);
        await scheduler.AddJob(JobBuilder.Create<NoopJob>().WithIdentity(Job).StoreDurably().Build());
        await CloseAsync(scheduler);
    }

    public async Task<TimeSpan> EnqueueAsync(QueueServer server, QueueLoad load)
    {
        await using var producer = new Producer(await BuildAsync(server, load.Callers + 2));
        return await QueueCallers.RunAsync(producer, load);
    }

    public async Task<IAsyncDisposable> StartWorkersAsync(QueueServer server, string setting, QueueRuns runs)
    {
        QuartzQueue.runs = runs;
        var scheduler = await BuildAsync(server, connections: 30);
        await scheduler.Start();
        return new RunningScheduler(scheduler);
    }

    public async Task<IQueueProducer> OpenProducerAsync(QueueServer server, string setting) => new Producer(await BuildAsync(server, connections: 2));

    private static async Task<IScheduler> BuildAsync(QueueServer server, int connections, bool provision = false)
    {
        var builder = QuartzSchedulerBuilder.Create(quartz =>
        {
            quartz.ConfigureScheduler(static options => options.IdleWaitTime = TimeSpan.FromSeconds(1));
            quartz.UseDefaultThreadPool(Threads);
            quartz.UsePersistentStore(store =>
            {
                store.UsePostgres(server.ConnectionString(connections));
                store.UseClustering(static _ => { });
                if (provision)
                    store.ProvisionSchema();
            });
        });
        return await builder.BuildScheduler();
    }

    private static async Task CloseAsync(IScheduler scheduler)
    {
        await scheduler.Shutdown(true);
        NpgsqlConnection.ClearAllPools();
    }

    private sealed class NoopJob : IJob
    {
        public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
        {
            runs.Add();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Producer(IScheduler scheduler) : IQueueProducer
    {
        private static readonly IJobDetail Detail = JobBuilder.Create<NoopJob>().WithIdentity(Job).StoreDurably().Build();

        public async Task AddAsync() => await scheduler.ScheduleJob(Trigger());

        public async Task AddManyAsync(int count)
        {
            ITrigger[] triggers = [.. Enumerable.Range(0, count).Select(_ => Trigger())];
            await scheduler.ScheduleJobs(
                new Dictionary<IJobDetail, IReadOnlyCollection<ITrigger>> { [Detail] = triggers }, new ScheduleJobOptions { Replace = true });
        }

        public async ValueTask DisposeAsync() => await CloseAsync(scheduler);

        private static ITrigger Trigger() => TriggerBuilder.Create()
            .WithIdentity(Guid.NewGuid().ToString())
            .ForJob(Job)
            .UsingJobData("app", "db177bbd-36e9-4246-9a11-f9bd0d5975ef")
            .UsingJobData("recursive", true)
            .UsingJobData("reason", "cleanup of an old space")
            .UsingJobData("by", "someone12")
            .StartNow()
            .Build();
    }

    private sealed class RunningScheduler(IScheduler scheduler) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await CloseAsync(scheduler);
    }
}
