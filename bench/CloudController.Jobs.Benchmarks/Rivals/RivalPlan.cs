using CloudController.Jobs.Benchmarks.Rivals.Own;
using static CloudController.Jobs.Benchmarks.Rivals.Rival;

namespace CloudController.Jobs.Benchmarks.Rivals;

/// <summary>All that is measured, in the order in which it is: each load by one system after another. So many jobs each that a fast machine
/// takes some ten seconds.</summary>
internal static class RivalPlan
{
    private const int FewCallers = 8;
    private const int ManyCallers = 64;
    private const int Bulk = 1_000;
    private const string AppendAlways = "Redis, appendfsync always; completed jobs kept";
    private const string AppendEverySecond = "Redis, appendfsync everysec; completed jobs kept";
    private const string QuartzSettings = "clustered ADO store, 20 threads, idle wait 1 s (the least it allows)";

    public static IReadOnlyList<RivalCase> All { get; } =
    [
        .. Enqueue(1, "one caller"),
        .. Enqueue(FewCallers, "8 callers"),
        .. Enqueue(ManyCallers, "64 callers"),
        .. EnqueueInBulk,
        .. Process,
        .. Pickups,
    ];

    /// <summary>The one of a kind with these settings.</summary>
    public static RivalCase Of(CaseKind kind, string rival, string setting = "default", int callers = 1, int batch = 1, string fsync = "") =>
        All.Single(one => (one.Kind, one.Rival, one.Setting, one.Callers, one.Batch, one.Fsync) == (kind, rival, setting, callers, batch, fsync));

    private static RivalCase[] Enqueue(int callers, string what)
    {
        RivalCase[] all =
        [
            New(Plain, "one row a commit, prepared", 40_000, 80_000, 80_000),
            New(Ours, "IJobQueue.EnqueueAsync, one process", 20_000, 120_000, 600_000),
            New(OursByHttp, "POST /v3/jobs to ccjobs server", 8_000, 40_000, 80_000),
            New(GraphileWorker, "addJob, one process, a connection a caller", 8_000, 12_000, 12_000),
            New(PgBoss, "send, one process, a connection a caller", 8_000, 16_000, 16_000),
            New(Hangfire, "Enqueue, a thread a caller", 3_000, 5_000, 5_000),
            New(Quartz, "ScheduleJob of a trigger that fires once, clustered ADO store", 1_500, 1_500, 1_500),
            New(BullMq, $"add; {AppendAlways}", 15_000, 80_000, 180_000) with { Fsync = "always" },
            New(BullMq, $"add; {AppendEverySecond}", 40_000, 150_000, 200_000) with { Fsync = "everysec" },
        ];
        return callers == ManyCallers
            ? [New(Plain, "grouped by one writer, unnest", 0, 0, 900_000) with { Setting = PlainQueue.Grouped }, .. all]
            : all;

        RivalCase New(string rival, string settings, int ofOne, int ofFew, int ofMany) =>
            new(CaseKind.Enqueue, rival, what, settings, callers == 1 ? ofOne : callers == FewCallers ? ofFew : ofMany) { Callers = callers };
    }

    private static IEnumerable<RivalCase> EnqueueInBulk =>
    [
        InBulk(Plain, "one caller, unnest, prepared", 1_200_000),
        InBulk(Ours, "one caller, IJobStore.SubmitAsync", 800_000),
        InBulk(OursByHttp, "one caller, POST /v3/jobs/actions/bulk to ccjobs server", 200_000),
        InBulk(GraphileWorker, "one caller, addJobs", 500_000),
        InBulk(PgBoss, "one caller, insert", 400_000),
        InBulk(Quartz, "one caller, ScheduleJobs, clustered ADO store", 3_000),
        InBulk(BullMq, $"one caller, addBulk; {AppendAlways}", 120_000) with { Fsync = "always" },
        InBulk(BullMq, $"one caller, addBulk; {AppendEverySecond}", 120_000) with { Fsync = "everysec" },
    ];

    private static IEnumerable<RivalCase> Process =>
    [
        Run(Plain, "1,000 at once by 2 consumers, completed and claimed in one round trip", 800_000) with { Setting = PlainQueue.Thousands },
        Run(Ours, "one process, 2,000 slots: up to 1,000 at once", 600_000) with { Setting = "2000" },
        Run(GraphileWorker, "one process, concurrency 20, localQueue.size 500, completeJobBatchDelay 0", 500_000) with { Setting = "batched" },
        Run(Plain, "100 at once by 4 consumers, completed and claimed in one round trip", 500_000) with { Setting = PlainQueue.Hundreds },
        Run(Ours, "one process, 200 slots: up to 100 at once", 400_000) with { Setting = "200" },
        Run(Ours, "one process, default: four slots a core", 50_000),
        Run(GraphileWorker, "one process, concurrency 20, otherwise default", 30_000),
        Run(PgBoss, "one process, 20 workers, batchSize 1,000, polling 0.5 s (the least it allows)", 120_000) with { Setting = "batched" },
        Run(PgBoss, "one process, 20 workers, default: batchSize 1, polling 2 s", 60),
        Run(Hangfire, "20 workers, sliding invisibility, long polling (LISTEN/NOTIFY), polling 50 ms", 2_000) with { Setting = "notified" },
        Run(Hangfire, "20 workers, default: polling 15 s", 2_000),
        Run(Quartz, QuartzSettings, 4_000),
        Run(BullMq, $"one process, concurrency 100; {AppendAlways}", 100_000) with { Fsync = "always" },
        Run(BullMq, $"one process, concurrency 100; {AppendEverySecond}", 100_000) with { Fsync = "everysec" },
    ];

    private static IEnumerable<RivalCase> Pickups =>
    [
        Pickup(Ours, "default: four slots a core", 400),
        Pickup(GraphileWorker, "concurrency 20, otherwise default", 400),
        Pickup(OursByHttp, "from the answer 202 of ccjobs server, default", 400),
        Pickup(GraphileWorker, "concurrency 20, localQueue.size 500, completeJobBatchDelay 0", 400) with { Setting = "batched" },
        Pickup(Hangfire, "20 workers, sliding invisibility, long polling (LISTEN/NOTIFY), polling 50 ms", 400) with { Setting = "notified" },
        Pickup(BullMq, $"concurrency 100; {AppendAlways}", 400) with { Fsync = "always" },
        Pickup(BullMq, $"concurrency 100; {AppendEverySecond}", 400) with { Fsync = "everysec" },
        Pickup(PgBoss, "20 workers, batchSize 1,000, polling 0.5 s (the least it allows)", 12) with { Setting = "batched", Poll = Seconds(0.5) },
        Pickup(Quartz, QuartzSettings, 8) with { Poll = Seconds(1) },
        Pickup(PgBoss, "20 workers, default: batchSize 1, polling 2 s", 5) with { Poll = Seconds(2), Once = true },
        Pickup(Hangfire, "20 workers, default: polling 15 s", 2) with { Poll = Seconds(15), Once = true },
    ];

    private static RivalCase InBulk(string rival, string settings, int jobs) =>
        new(CaseKind.Enqueue, rival, "in bulks of 1,000", settings, jobs) { Batch = Bulk };

    private static RivalCase Run(string rival, string settings, int jobs) => new(CaseKind.Process, rival, "jobs that do nothing", settings, jobs);

    private static RivalCase Pickup(string rival, string settings, int jobs) => new(CaseKind.Pickup, rival, "from another process", settings, jobs);

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
