using System.Threading.Channels;
using CloudController.Jobs.Running;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.Time.Testing;

namespace CloudController.Jobs.Tests.Running;

/// <summary>What a worker exchanges with its store when much waits: two exchanges may be under way at a time.</summary>
public sealed class ExchangeTests : IDisposable
{
    private const int Slots = 64;
    private const int Half = Slots / 2;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Gate second = new();
    private readonly Gate third = new();
    private readonly TaskCompletionSource<int> fourth = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim ends = new(0);
    private int exchanges;

    public void Dispose() => ends.Dispose();

    [Fact]
    public async Task Two_exchanges_at_a_time_claim_no_slot_twice()
    {
        var (running, most) = (0, 0);
        var (full, go) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource());
        var script = new Script(async (_, _) =>
        {
            if (Interlocked.Increment(ref running) == Slots)
            {
                full.TrySetResult();
            }

            await go.Task;
            Interlocked.Decrement(ref running);
            return JobOutcome.Finished();
        });
        await using var engine = await EngineHost.StartAsync(
            script,
            settings: new() { ["Worker:Concurrency"] = $"{Slots}" },
            wrap: store => HeldExchanges.Wrap(store, asked => InterlockedMax(ref most, asked + Volatile.Read(ref running))));

        var jobs = await SubmitAsync(engine, 5 * Slots);
        await full.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        go.SetResult();
        foreach (var job in jobs)
        {
            await engine.UntilAsync(job.Guid, JobPhase.Finished);
        }

        Assert.InRange(most, 1, Slots);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(40)] // so many that two exchanges may be under way at a time
    public async Task Never_more_jobs_run_than_there_are_slots(int slots)
    {
        var running = 0;
        var most = 0;
        var script = new Script(async (_, stopping) =>
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            await Task.Yield();
            Interlocked.Decrement(ref running);
            return JobOutcome.Finished();
        });
        await using var engine = await EngineHost.StartAsync(script, settings: new() { ["Worker:Concurrency"] = $"{slots}" });

        var jobs = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(_ => engine.EnqueueAsync()));

        foreach (var job in jobs)
        {
            await engine.UntilAsync(job.Guid, JobPhase.Finished);
        }

        Assert.InRange(most, 1, slots);
    }

    [Fact]
    public async Task While_an_exchange_is_under_way_one_that_ends_waits_for_many()
    {
        await using var engine = await StartHeldAsync();
        var jobs = await SubmitAsync(engine, 4 * Slots);
        await LeaveOneUnderWayAsync(engine);

        ends.Release();
        await UntilRunningAsync(engine, Half - 1);
        ends.Release(Half - 1);

        var settlements = await fourth.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        third.Go();
        Assert.InRange(settlements, (Half / 2) + 1, Slots);
        await FinishAsync(engine, jobs);
    }

    [Fact]
    public async Task Few_ends_go_as_soon_as_the_exchange_under_way_is_back()
    {
        // Whose time stands still: nobody looks again because of it. The third exchange finds one job too few, so nobody looks for more either.
        await using var engine = await StartHeldAsync(new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50)));
        var jobs = await SubmitAsync(engine, (3 * Half) - 1);
        await LeaveOneUnderWayAsync(engine);

        ends.Release(3);
        await UntilRunningAsync(engine, Half - 3);
        third.Go();

        await fourth.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await FinishAsync(engine, jobs);
    }

    [Fact]
    public async Task Work_that_appears_while_the_second_exchange_is_under_way_is_looked_for_after_it()
    {
        var started = Channel.CreateUnbounded<bool>();
        var held = Channel.CreateUnbounded<(int Limit, Gate Gate)>();
        var holds = false;
        var script = new Script(async (_, stopping) =>
        {
            started.Writer.TryWrite(true);
            await ends.WaitAsync(stopping);
            return JobOutcome.Finished();
        });

        // Whose time stands still: nobody looks without being woken.
        await using var engine = await EngineHost.StartAsync(
            script, new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50)), Settings, store => WatchedExchanges.Wrap(store, HoldAnswerAsync));
        var jobs = await SubmitAsync(engine, Slots + Half);
        await UntilStartedAsync(Slots);

        // One end, then so many that the second exchange takes them: it finds one job fewer than it has slots for.
        Volatile.Write(ref holds, true);
        ends.Release();
        var one = await held.Reader.ReadAsync(TestContext.Current.CancellationToken);
        ends.Release(Half);
        var many = await held.Reader.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal((1, Half), (one.Limit, many.Limit));
        Volatile.Write(ref holds, false);
        one.Gate.Go();
        await UntilStartedAsync(1);

        var late = await SubmitAsync(engine, 1);
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, TestContext.Current.CancellationToken); // for the worker to take notice
        many.Gate.Go();

        await UntilStartedAsync(Half);
        await FinishAsync(engine, [.. jobs, .. late]);

        async Task UntilStartedAsync(int count)
        {
            for (var n = 0; n < count; n++)
            {
                await started.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
            }
        }

        async Task<Exchange> HoldAnswerAsync(int settlements, ClaimRequest? claim, Func<Task<Exchange>> exchange)
        {
            var answer = await exchange();
            if (Volatile.Read(ref holds) && claim is not null)
            {
                var gate = new Gate();
                held.Writer.TryWrite((claim.Limit, gate));
                await gate.HoldAsync();
            }

            return answer;
        }
    }

    private static Dictionary<string, string?> Settings => new() { ["Worker:Concurrency"] = $"{Slots}", ["Worker:DrainTimeoutSeconds"] = "1" };

    private Task<EngineHost> StartHeldAsync(TimeProvider? time = null) => EngineHost.StartAsync(
        new Script(async (_, stopping) =>
        {
            await ends.WaitAsync(stopping);
            return JobOutcome.Finished();
        }),
        time,
        Settings,
        store => WatchedExchanges.Wrap(store, ExchangeAsync));

    // The first exchange fills half of the slots. While the worker is at the second, those end, so that its helper makes the third, which stays. The
    // second comes back and fills the half: the worker is free.
    private async Task LeaveOneUnderWayAsync(EngineHost engine)
    {
        await second.UntilHeldAsync();
        ends.Release(Half);
        await third.UntilHeldAsync();
        second.Go();
        await UntilRunningAsync(engine, Half);
    }

    // The second and the third of those from the first on that finds jobs are held.
    private async Task<Exchange> ExchangeAsync(int settlements, ClaimRequest? claim, Func<Task<Exchange>> exchange)
    {
        var number = Volatile.Read(ref exchanges) == 0 ? 0 : Interlocked.Increment(ref exchanges);
        await (number switch { 2 => second.HoldAsync(), 3 => third.HoldAsync(), _ => Task.CompletedTask });
        if (number > 3)
        {
            fourth.TrySetResult(settlements);
        }

        var result = await exchange();
        if (number == 0 && result.Claimed.Count > 0)
        {
            Interlocked.Increment(ref exchanges);
        }

        return result;
    }

    private async Task FinishAsync(EngineHost engine, NewJob[] jobs)
    {
        ends.Release(jobs.Length);
        foreach (var job in jobs)
        {
            await engine.UntilAsync(job.Guid, JobPhase.Finished);
        }
    }

    private static async Task UntilRunningAsync(EngineHost engine, int runs)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        while (engine.Part<RunningJobs>().Count != runs)
        {
            await Task.Delay(1, patience.Token);
        }
    }

    private static async Task<NewJob[]> SubmitAsync(EngineHost engine, int count)
    {
        var now = engine.Part<TimeProvider>().GetUtcNow();
        NewJob[] jobs =
        [
            .. Enumerable.Range(0, count).Select(_ => new NewJob
            {
                Guid = JobGuid.New(now),
                CreatedAt = now,
                Operation = ScriptedArguments.Operation,
                Owner = JobOwner.Application,
                Arguments = "{}"u8.ToArray(),
            }),
        ];
        await engine.Store.SubmitAsync(jobs, int.MaxValue, TestContext.Current.CancellationToken);
        return jobs;
    }

    private static void InterlockedMax(ref int target, int value)
    {
        var seen = Volatile.Read(ref target);
        while (value > seen)
        {
            var before = Interlocked.CompareExchange(ref target, value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }

    private sealed class Gate
    {
        private readonly TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task HoldAsync()
        {
            held.TrySetResult();
            return opened.Task;
        }

        public Task UntilHeldAsync() => held.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);

        public void Go() => opened.SetResult();
    }
}
