using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Tests.Running;

/// <summary>One fault per verb of the store, before or after it did its work. The engine goes on by itself, and nothing is lost or ended twice;
/// whoever called is told, and may call again.</summary>
public sealed class FaultyStoreTests
{
    private const string Queue = "default";

    private static readonly JobFilter Nobodys = JobFilter.None with { Queues = ["nobody-s"] };
    private static readonly JobOrder Oldest = new(JobOrderBy.CreatedAt, Descending: false);
    private static readonly QueuePause Pause = new(DateTimeOffset.UnixEpoch, "ops", null);
    private static readonly QueueLimitsChange Limit = new(DateTimeOffset.UnixEpoch, "ops") { ChangesConcurrency = true, Concurrency = 1 };
    private static readonly ActivityMinute Minute = new(DateTimeOffset.UnixEpoch, 1, 0, 1, TimeSpan.Zero, TimeSpan.Zero);

    // What the engine calls again and again by itself.
    private static readonly string[] Looped =
    [
        nameof(IJobStore.SettleAndClaimAsync), nameof(IJobStore.HeartbeatAsync), nameof(IJobStore.PromoteDueAsync),
        nameof(IJobStore.FindOverdueAsync), nameof(IJobStore.PruneAsync), nameof(IJobStore.SawWorkerAsync),
    ];

    // What it calls once, at the start.
    private static readonly string[] Opening = [nameof(IJobStore.MigrateAsync), nameof(IJobStore.OpenAsync)];

    // What others call, on behalf of someone who waits. A job that has ended is given, and one like it to submit.
    private static readonly Dictionary<string, Func<IJobStore, Guid, NewJob, Task>> Called = new()
    {
        [nameof(IJobStore.CheckAsync)] = (store, _, _) => store.CheckAsync(Cancellation),
        [nameof(IJobStore.SubmitAsync)] = (store, _, another) => store.SubmitAsync([another], 1_000, Cancellation),
        [nameof(IJobStore.FindStatusAsync)] = (store, job, _) => store.FindStatusAsync(job, Cancellation).AsTask(),
        [nameof(IJobStore.FindAsync)] = (store, job, _) => store.FindAsync(job, Cancellation).AsTask(),
        [nameof(IJobStore.FindManyAsync)] = (store, job, _) => store.FindManyAsync([job], Cancellation),
        [nameof(IJobStore.ListAsync)] = (store, _, _) => store.ListAsync(JobFilter.None, Oldest, 0, 10, Cancellation),
        [nameof(IJobStore.ListRunsAsync)] = (store, job, _) => store.ListRunsAsync(job, Cancellation),
        [nameof(IJobStore.FindSituationAsync)] = (store, job, _) => store.FindSituationAsync(job, Cancellation),
        [nameof(IJobStore.ListDurationsAsync)] = (store, _, _) => store.ListDurationsAsync(ScriptedArguments.Operation, 10, Cancellation),
        [nameof(IJobStore.SummarizeFailuresAsync)] = (store, _, _) => store.SummarizeFailuresAsync(10, 10, Cancellation),
        [nameof(IJobStore.FindLeasesAsync)] = (store, job, _) => store.FindLeasesAsync([new LeaseKey(job, new LeaseId(1, 1, 1))], Cancellation),
        [nameof(IJobStore.ListWorkersAsync)] = (store, _, _) => store.ListWorkersAsync(Cancellation),
        [nameof(IJobStore.CancelAsync)] = (store, job, _) => store.CancelAsync(job, Cancellation),
        [nameof(IJobStore.RetryAsync)] = (store, job, _) => store.RetryAsync(job, Cancellation),
        [nameof(IJobStore.DeleteAsync)] = (store, _, another) => store.DeleteAsync(another.Guid, Cancellation),
        [nameof(IJobStore.CancelManyAsync)] = (store, _, _) => store.CancelManyAsync(Nobodys, 10, Cancellation),
        [nameof(IJobStore.RetryManyAsync)] = (store, _, _) => store.RetryManyAsync(Nobodys, 10, Cancellation),
        [nameof(IJobStore.ListQueuesAsync)] = (store, _, _) => store.ListQueuesAsync(Cancellation),
        [nameof(IJobStore.FindQueueAsync)] = (store, _, _) => store.FindQueueAsync(Queue, Cancellation),
        [nameof(IJobStore.PauseQueueAsync)] = (store, _, _) => store.PauseQueueAsync("other", Pause, Cancellation),
        [nameof(IJobStore.ResumeQueueAsync)] = (store, _, _) => store.ResumeQueueAsync(Queue, Cancellation),
        [nameof(IJobStore.LimitQueueAsync)] = (store, _, _) => store.LimitQueueAsync("other", Limit, Cancellation),
        [nameof(IJobStore.ListOperationsAsync)] = (store, _, _) => store.ListOperationsAsync(Cancellation),
        [nameof(IJobStore.FindOperationAsync)] = (store, _, _) => store.FindOperationAsync(ScriptedArguments.Operation, Cancellation),
        [nameof(IJobStore.PauseOperationAsync)] = (store, _, _) => store.PauseOperationAsync("other", Pause, Cancellation),
        [nameof(IJobStore.ResumeOperationAsync)] = (store, _, _) => store.ResumeOperationAsync(ScriptedArguments.Operation, Cancellation),
        [nameof(IJobStore.AddActivityAsync)] = (store, _, _) => store.AddActivityAsync([Minute], Cancellation),
        [nameof(IJobStore.ListActivityAsync)] = (store, _, _) => store.ListActivityAsync(DateTimeOffset.UnixEpoch, Cancellation),
        [nameof(IJobStore.ClaimCallbacksAsync)] = (store, _, _) => store.ClaimCallbacksAsync(10, TimeSpan.FromMinutes(1), [], [], Cancellation),
        [nameof(IJobStore.RecordCallbackAsync)] = async (store, job, _) =>
        {
            var callback = new DueCallback((await store.FindAsync(job, Cancellation))!, 0, DateTimeOffset.UnixEpoch);
            await store.RecordCallbackAsync(new CallbackRecord(callback, [], null), Cancellation);
        },
        [nameof(IJobStore.GetSecretAsync)] = (store, _, _) => store.GetSecretAsync("a-secret", Cancellation),
    };

    public static TheoryData<string, bool> LoopedFaults => Faults(Looped);

    public static TheoryData<string, bool> OpeningFaults => Faults(Opening);

    public static TheoryData<string, bool> CalledFaults => Faults(Called.Keys);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void No_verb_is_left_out()
    {
        var verbs = typeof(IJobStore).GetMethods().Where(method => !method.IsSpecialName).Select(method => method.Name).Order(StringComparer.Ordinal);

        Assert.Equal(verbs, Looped.Concat(Opening).Concat(Called.Keys).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(LoopedFaults))]
    public async Task Jobs_are_done_though_a_verb_fails_now_and_then(string verb, bool afterwards)
    {
        var script = new Script(async (job, stopping) =>
        {
            job.ReportProgress(50);
            await Task.Yield();
            return job.Run == 1 ? JobOutcome.Failed("AppNotFound", 7).RetryAt(TimeProvider.System.GetUtcNow()) : JobOutcome.Finished();
        });

        // Jobs whose claim was confirmed but never heard of come back when their lease expires: a short one keeps the test short.
        await using var engine = await EngineHost.StartAsync(
            script,
            settings: new() { ["Worker:LeaseSeconds"] = "5" },
            wrap: store => FaultyStore.Wrap(store, new Fault(verb, afterwards, static call => call is 1 or 3 or 5)));

        var jobs = new List<Job>();
        for (var i = 0; i < 20; i++)
        {
            jobs.Add(await engine.EnqueueAsync(new EnqueueOptions { MaxAttempts = 3 }));
        }

        foreach (var job in jobs)
        {
            var done = await engine.UntilAsync(job.Guid, JobPhase.Finished);
            Assert.True(done.Lifecycle.Attempt <= 3);
        }
    }

    [Theory]
    [MemberData(nameof(OpeningFaults))]
    public async Task A_store_that_cannot_be_opened_stops_the_start_and_can_be_opened_the_next_time(string verb, bool afterwards)
    {
        var script = new Script(static (_, _) => Task.FromResult(JobOutcome.Finished()));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () =>
        {
            await using var failing = await EngineHost.StartAsync(
                script, wrap: store => FaultyStore.Wrap(store, new Fault(verb, afterwards, static _ => true)));
        });

        await using var engine = await EngineHost.StartAsync(script);
        await engine.UntilAsync((await engine.EnqueueAsync()).Guid, JobPhase.Finished);
    }

    [Theory]
    [MemberData(nameof(CalledFaults))]
    public async Task Whoever_calls_is_told_and_may_call_again(string verb, bool afterwards)
    {
        var script = new Script(static (_, _) => Task.FromResult(JobOutcome.Finished()));
        await using var engine = await EngineHost.StartAsync(script);
        var job = await engine.UntilAsync((await engine.EnqueueAsync()).Guid, JobPhase.Finished);
        var now = TimeProvider.System.GetUtcNow();
        var another = new NewJob { Guid = JobGuid.New(now), CreatedAt = now, Operation = "nobody.knows", Owner = JobOwner.Application };
        var faulty = FaultyStore.Wrap(engine.Store, new Fault(verb, afterwards, static call => call == 1));

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Called[verb](faulty, job.Guid, another));

        // Done or not, the verb does no harm twice, and the engine goes on. A submit with a guid that is held already is no one's: keys are for that.
        if (verb != nameof(IJobStore.SubmitAsync) || !afterwards)
            await Called[verb](faulty, job.Guid, another);

        var held = await engine.Store.FindAsync(another.Guid, Cancellation);
        Assert.Equal(verb == nameof(IJobStore.SubmitAsync), held is not null);
        Assert.Equal(JobPhase.Finished, (await engine.Store.FindAsync(job.Guid, Cancellation))!.Lifecycle.Phase);
        await engine.UntilAsync((await engine.EnqueueAsync()).Guid, JobPhase.Finished);
    }

    private static TheoryData<string, bool> Faults(IEnumerable<string> verbs)
    {
        var data = new TheoryData<string, bool>();
        foreach (var verb in verbs)
        {
            data.Add(verb, false);
            data.Add(verb, true);
        }

        return data;
    }
}
