using System.Diagnostics;
using CloudController.Jobs.Benchmarks.Rivals.Protocol;
using Npgsql;

namespace CloudController.Jobs.Benchmarks.Rivals;

/// <summary>Measures one case after another, each in a database of its own. Each system has two processes, one that submits and one that runs, which
/// have nothing open between two cases.</summary>
internal sealed class RivalRunner(RivalDatabases databases, string directory, CancellationToken stopping) : IAsyncDisposable
{
    private const int WarmUpPart = 4;
    private const int LeastPart = 4;
    private const double MostSeconds = 8;
    private const int WarmUpPickups = 300;
    private const int FillCallers = 8;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    private readonly Dictionary<(Rival Rival, bool Runs), QueueProcess> processes = [];
    private readonly Dictionary<Rival, QueueServer> templates = [];
    private readonly Dictionary<RivalCase, RivalCase> sized = [];

    /// <summary>The versions of all that takes part in a system.</summary>
    public async Task<string> VersionsAsync(Rival rival) => (await Submits(rival).AskAsync(new QueueCommand("versions"))).Versions!;

    /// <summary>Measures a case, the first time after a little of the same, which does not count. On a slow or busy machine fewer jobs do.</summary>
    public async Task<RivalOutcome> MeasureAsync(RivalCase one)
    {
        var rival = Rival.Of(one.Rival);
        try
        {
            if (!sized.TryGetValue(one, out var known))
                sized[one] = known = one.Kind == CaseKind.Pickup ? one : await WarmUpAsync(rival, one);

            return await MeasureOnceAsync(rival, known);
        }
        catch (Exception)
        {
            // What its processes still have open is gone with them.
            await CloseAsync(rival);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var rival in Rival.All)
        {
            await CloseAsync(rival);
        }
    }

    private async Task<RivalCase> WarmUpAsync(Rival rival, RivalCase one)
    {
        var outcome = await MeasureOnceAsync(rival, one.Of(one.Jobs / WarmUpPart));
        return one.Of((int)Math.Clamp(outcome.PerSecond * MostSeconds, one.Jobs / LeastPart, one.Jobs));
    }

    private async Task<RivalOutcome> MeasureOnceAsync(Rival rival, RivalCase one)
    {
        if (rival.Pending is null)
        {
            await using var redis = await RedisServer.StartAsync(directory, one.Fsync, stopping);
            return await MeasureAsync(rival, one, redis.Server);
        }

        var database = await databases.CopyAsync(await TemplateAsync(rival));
        try
        {
            return await MeasureAsync(rival, one, database);
        }
        finally
        {
            await databases.DropAsync(database);
        }
    }

    private Task<RivalOutcome> MeasureAsync(Rival rival, RivalCase one, QueueServer server) => one.Kind switch
    {
        CaseKind.Enqueue => EnqueueAsync(rival, one, server),
        CaseKind.Process => ProcessAsync(rival, one, server),
        _ => PickUpAsync(rival, one, server),
    };

    private async Task<RivalOutcome> EnqueueAsync(Rival rival, RivalCase one, QueueServer server)
    {
        var load = new QueueLoad(one.Jobs, one.Callers, one.Batch, one.Setting);
        var wal = await databases.WalAsync();
        var use = new MachineUse();
        var answer = await Submits(rival).AskAsync(new QueueCommand("enqueue", server, load.Setting, load.Jobs, load.Callers, load.Batch));
        return new RivalOutcome
        {
            Jobs = one.Jobs,
            PerSecond = one.Jobs / answer.Seconds!.Value,
            Cores = use.Cores,
            WalBytes = await WalBytesAsync(rival, wal, one.Jobs + load.WarmUp.Jobs),
        };
    }

    private async Task<RivalOutcome> ProcessAsync(Rival rival, RivalCase one, QueueServer server)
    {
        var jobs = await FillAsync(rival, one.Jobs, server);
        if (rival.Pending is not null)
            await databases.SettleAsync(server);

        var runs = Runs(rival);
        var wal = await databases.WalAsync();
        var use = new MachineUse();
        var start = Stopwatch.GetTimestamp();
        await runs.AskAsync(new QueueCommand("work", server, one.Setting, jobs));
        var end = await UntilNothingIsLeftAsync(rival, server);
        var outcome = new RivalOutcome
        {
            Jobs = jobs,
            PerSecond = jobs / Stopwatch.GetElapsedTime(start, end).TotalSeconds,
            Cores = use.Cores,
            WalBytes = await WalBytesAsync(rival, wal, jobs),
        };
        await runs.AskAsync(new QueueCommand("stop"));
        return outcome;
    }

    private async Task<RivalOutcome> PickUpAsync(Rival rival, RivalCase one, QueueServer server)
    {
        var (submits, runs) = (Submits(rival), Runs(rival));
        await runs.AskAsync(new QueueCommand("listen", server, one.Setting));
        await submits.AskAsync(new QueueCommand("produce", server, one.Setting));
        await Task.Delay(Settling, stopping);

        // Where each waits for a poll, nothing has to be compiled first, and the jobs come at times that are spread evenly between two polls.
        var notCounted = one.Poll is null ? WarmUpPickups : 0;
        var started = new List<long>();
        for (var job = 0; job < notCounted + one.Jobs; job++)
        {
            await Task.Delay(one.Poll * ((job + 0.5) / one.Jobs) ?? TimeSpan.FromMilliseconds(10 + Random.Shared.Next(10)), stopping);
            await submits.TellAsync(new QueueCommand("one"));
            started.Add((await runs.NextAsync()).Started ?? throw new InvalidOperationException("It said something else than that a run began."));
        }

        var returned = (await submits.AskAsync(new QueueCommand("returned"))).Returned!;
        await runs.AskAsync(new QueueCommand("stop"));
        return new RivalOutcome { Jobs = one.Jobs, Pickups = [.. started.Zip(returned, Milliseconds).Skip(notCounted).Order()] };
    }

    // A run may begin before its submitter has been told.
    private static double Milliseconds(long started, long returned) => Math.Max(0, (started - returned) / 1e6);

    /// <summary>Jobs that wait, submitted the fastest way there is.</summary>
    /// <returns>How many.</returns>
    private async Task<int> FillAsync(Rival rival, int jobs, QueueServer server)
    {
        var inBulk = RivalPlan.All.FirstOrDefault(other => other is { Kind: CaseKind.Enqueue, Batch: > 1 } && other.Rival == rival.Name);
        var batch = inBulk is null ? 1 : Math.Min(inBulk.Batch, jobs);
        var load = new QueueLoad(Math.Max(batch, jobs / 5 * 4) / batch * batch, batch == 1 ? FillCallers : 1, batch, "default");
        await Submits(rival).AskAsync(new QueueCommand("enqueue", server, load.Setting, load.Jobs, load.Callers, load.Batch));

        // What does not count waits too.
        return load.Jobs + load.WarmUp.Jobs;
    }

    /// <summary>Waits until every job has ended.</summary>
    /// <returns>When that was asked which was answered so.</returns>
    private async Task<long> UntilNothingIsLeftAsync(Rival rival, QueueServer server)
    {
        await using var asks = rival.Pending is null ? null : NpgsqlDataSource.Create(server.ConnectionString(1) + ";Pooling=false");
        await using var connection = asks is null ? null : await asks.OpenConnectionAsync(stopping);
        await using var pending = connection is null ? null : new NpgsqlCommand(rival.Pending, connection);
        while (true)
        {
            var asked = Stopwatch.GetTimestamp();
            var isLeft = pending is null
                ? (await Submits(rival).AskAsync(new QueueCommand("left", server))).Left > 0
                : (bool)(await pending.ExecuteScalarAsync(stopping))!;
            if (!isLeft)
                return asked;

            await Task.Delay(TimeSpan.FromMilliseconds(2), stopping);
        }
    }

    private async Task<double?> WalBytesAsync(Rival rival, long before, int jobs) =>
        rival.Pending is null ? null : (double)(await databases.WalAsync() - before) / jobs;

    private async Task<QueueServer> TemplateAsync(Rival rival)
    {
        if (templates.TryGetValue(rival, out var known))
            return known;

        var template = await databases.CreateAsync(rival.Name);
        try
        {
            await Submits(rival).AskAsync(new QueueCommand("setup", template));
        }
        catch
        {
            await databases.DropAsync(template);
            throw;
        }

        return templates[rival] = template;
    }

    private QueueProcess Submits(Rival rival) => ProcessOf(rival, runs: false);

    private QueueProcess Runs(Rival rival) => ProcessOf(rival, runs: true);

    private QueueProcess ProcessOf(Rival rival, bool runs)
    {
        if (!processes.TryGetValue((rival, runs), out var process))
            processes[(rival, runs)] = process = QueueProcess.Start(RivalPrograms.Start(rival), stopping);

        return process;
    }

    private async Task CloseAsync(Rival rival)
    {
        foreach (var runs in (bool[])[false, true])
        {
            if (processes.Remove((rival, runs), out var process))
                await process.DisposeAsync();
        }
    }
}
