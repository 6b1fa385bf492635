namespace CloudController.Jobs.Benchmarks.Rivals;

/// <summary>A system that is measured.</summary>
/// <param name="Name">As it is named on the command line.</param>
/// <param name="Title">As it is named in tables.</param>
/// <param name="Runs">What runs it.</param>
/// <param name="Argument">What that is told.</param>
/// <param name="Pending">Asks its database for a job that has not ended; <see langword="null"/> for the one that keeps them in Redis.</param>
internal sealed record Rival(string Name, string Title, RivalHost Runs, string Argument, string? Pending)
{
    public const string Plain = "plain";
    public const string Ours = "ours";
    public const string OursByHttp = "ours-http";
    public const string GraphileWorker = "graphile-worker";
    public const string PgBoss = "pg-boss";
    public const string Hangfire = "hangfire";
    public const string Quartz = "quartz";
    public const string BullMq = "bullmq";

    private const string OwnPending = "SELECT EXISTS (SELECT FROM ccjobs.jobs WHERE phase < 7) OR EXISTS (SELECT FROM ccjobs.jobs WHERE phase = 7)";

    public static IReadOnlyList<Rival> All { get; } =
    [
        new(Plain, "plain Npgsql", RivalHost.Benchmarks, Plain, "SELECT EXISTS (SELECT FROM plain.jobs WHERE state <> 8)"),
        new(Ours, "CloudController.Jobs", RivalHost.Benchmarks, Ours, OwnPending),
        new(OursByHttp, "CloudController.Jobs over HTTP", RivalHost.Benchmarks, OursByHttp, OwnPending),
        new(GraphileWorker, "graphile-worker", RivalHost.Node, "graphile-worker.mjs", "SELECT EXISTS (SELECT FROM graphile_worker._private_jobs)"),
        new(PgBoss, "pg-boss", RivalHost.Node, "pg-boss.mjs", "SELECT EXISTS (SELECT FROM pgboss.job WHERE state < 'completed')"),
        new(Hangfire, "Hangfire", RivalHost.DotNet, "hangfire",
            "SELECT EXISTS (SELECT FROM hangfire.job WHERE statename IS DISTINCT FROM 'Succeeded')"),
        new(Quartz, "Quartz.NET", RivalHost.DotNet, "quartz",
            "SELECT EXISTS (SELECT FROM qrtz_triggers) OR EXISTS (SELECT FROM qrtz_fired_triggers)"),
        new(BullMq, "BullMQ", RivalHost.Node, "bullmq.mjs", null),
    ];

    public static Rival Of(string name) => All.Single(rival => rival.Name == name);
}

/// <summary>What a system's program is.</summary>
internal enum RivalHost
{
    /// <summary>This program, started once more.</summary>
    Benchmarks,

    /// <summary>The program below <c>bench/rivals/dotnet</c>.</summary>
    DotNet,

    /// <summary>A script below <c>bench/rivals/node</c>.</summary>
    Node,
}
