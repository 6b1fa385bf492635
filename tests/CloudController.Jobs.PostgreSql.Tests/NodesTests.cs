using CloudController.Jobs.Errors;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CloudController.Jobs.PostgreSql.Tests;

/// <summary>Several nodes on one schema, by the database's own clock.</summary>
public sealed class NodesTests(TestServer shared) : IAsyncLifetime
{
    // A safety net only: what is awaited comes within a second or never.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly JobSignals firstSignals = new();
    private readonly JobSignals secondSignals = new();
    private PostgreSqlStoreOptions? options;
    private PostgreSqlJobStore? firstStore;
    private PostgreSqlJobStore? secondStore;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private PostgreSqlJobStore First => firstStore!;

    private PostgreSqlJobStore Second => secondStore!;

    public async ValueTask InitializeAsync()
    {
        options = shared.NewOptions();
        (firstStore, secondStore) = (NewStore(options, firstSignals), NewStore(options, secondSignals));

        // Nodes that start at the same moment apply each step once, whichever of them does.
        var migrations = await Task.WhenAll(First.MigrateAsync(apply: true, Cancellation), Second.MigrateAsync(apply: true, Cancellation));
        Assert.Equal(Migration.Known.Select(step => step.Name), migrations.SelectMany(applied => applied).Order(StringComparer.Ordinal));
        await First.OpenAsync(Cancellation);
        await Second.OpenAsync(Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await First.DisposeAsync();
        await Second.DisposeAsync();
    }

    [Fact]
    public async Task Whoever_follows_a_job_on_one_node_is_woken_by_a_change_on_another()
    {
        var job = NewJob();
        await First.SubmitAsync([job], int.MaxValue, Cancellation);
        using var watch = secondSignals.Watch(job.Guid);
        while ((await Second.FindStatusAsync(job.Guid, Cancellation))?.Phase != JobPhase.Cancelled)
        {
            var next = watch.NextChange;
            await First.CancelAsync(job.Guid, Cancellation);
            await next.WaitAsync(Patience, Cancellation);
        }
    }

    [Fact]
    public async Task A_change_that_nobody_told_of_is_seen_all_the_same()
    {
        var job = NewJob();
        await Second.SubmitAsync([job], int.MaxValue, Cancellation);
        using var watch = secondSignals.Watch(job.Guid);
        var next = watch.NextChange;

        await using var mute = new PostgreSqlDatabase(options!, new StoreOutage(TimeProvider.System), NullLogger.Instance);
        mute.Open(behindPooler: false);
        await mute.RunAsync(RoundTrip.Of($"UPDATE {options!.Schema}.jobs SET updated_at = updated_at + 1"), Cancellation);

        // Nodes that hear look every ten seconds nonetheless.
        await next.WaitAsync(Patience, Cancellation);
    }

    [Fact]
    public async Task A_job_is_kept_where_the_server_takes_no_hints()
    {
        await using var administrator = NpgsqlDataSource.Create(shared.Server.ConnectionString);
        await using (var command = administrator.CreateCommand($"""
            CREATE ROLE {options!.Schema} LOGIN PASSWORD 'mute';
            REVOKE EXECUTE ON FUNCTION pg_notify(text, text) FROM PUBLIC;
            GRANT USAGE ON SCHEMA {options.Schema} TO {options.Schema};
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {options.Schema} TO {options.Schema};
            """))
        {
            await command.ExecuteNonQueryAsync(Cancellation);
        }

        var login = new NpgsqlConnectionStringBuilder(options.ConnectionString) { Username = options.Schema, Password = "mute" };
        await using var mute = NewStore(new() { ConnectionString = login.ConnectionString, Schema = options.Schema, Patience = options.Patience }, new JobSignals());
        await mute.OpenAsync(Cancellation);
        var job = NewJob();
        await mute.SubmitAsync([job], int.MaxValue, Cancellation);

        Assert.Equal(JobPhase.Queued, (await First.FindStatusAsync(job.Guid, Cancellation))?.Phase);
    }

    [Fact]
    public async Task Workers_of_one_node_are_woken_by_what_another_was_given()
    {
        var appeared = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        secondSignals.WorkAppeared += () => appeared.TrySetResult();

        await First.SubmitAsync([NewJob()], int.MaxValue, Cancellation);

        await appeared.Task.WaitAsync(Patience, Cancellation);
    }

    [Fact]
    public async Task The_same_key_on_two_nodes_at_the_same_moment_makes_one_job()
    {
        for (var round = 0; round < 20; round++)
        {
            var key = new IdempotencyKey($"key-{round}", new byte[32]);
            var submissions = await Task.WhenAll(
                First.SubmitAsync([NewJob() with { Key = key }], int.MaxValue, Cancellation),
                Second.SubmitAsync([NewJob() with { Key = key }], int.MaxValue, Cancellation));

            var jobs = submissions.Cast<Submission.Accepted>().SelectMany(accepted => accepted.Jobs).ToList();
            Assert.Single(jobs, job => job.Created);
            Assert.Single(jobs.Select(job => job.Guid).Distinct());
        }
    }

    [Fact]
    public async Task Two_nodes_together_do_not_exceed_a_limit_of_open_jobs()
    {
        var submissions = await Task.WhenAll(Enumerable.Range(0, 40).Select(index =>
            Task.Run(() => (index % 2 == 0 ? First : Second).SubmitAsync([NewJob()], 10, Cancellation), Cancellation)));

        Assert.Equal(10, submissions.OfType<Submission.Accepted>().Count());
    }

    [Fact]
    public async Task Workers_of_two_nodes_never_claim_the_same_job()
    {
        await First.SubmitAsync([.. Enumerable.Range(0, 1_000).Select(_ => NewJob())], int.MaxValue, Cancellation);

        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(index =>
            Task.Run(() => ClaimUntilEmptyAsync(index % 2 == 0 ? First : Second), Cancellation)));

        Assert.Equal(1_000, claims.SelectMany(jobs => jobs).Distinct().Count());
        Assert.Equal(1_000, claims.Sum(jobs => jobs.Count));
    }

    [Fact]
    public async Task Workers_of_two_nodes_together_do_not_exceed_a_queue_s_limits()
    {
        await LimitAsync(First, "narrow", concurrency: 5);
        await LimitAsync(Second, "slow", rate: new QueueRate(3, 3_600));
        foreach (var queue in (string[])["narrow", "slow", "other"])
        {
            await First.SubmitAsync([.. Enumerable.Range(0, 100).Select(_ => NewJob() with { Queue = queue })], int.MaxValue, Cancellation);
        }

        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(index =>
            Task.Run(() => ClaimRunsUntilEmptyAsync(index % 2 == 0 ? First : Second), Cancellation)));

        var claimed = claims.SelectMany(runs => runs).CountBy(run => run.Job.Queue).ToDictionary();
        Assert.Equal((5, 3, 100), (claimed["narrow"], claimed["slow"], claimed["other"]));
    }

    [Fact]
    public async Task A_claim_that_began_before_another_s_and_claims_after_it_sees_what_that_one_started()
    {
        await Second.SubmitAsync([NewJob() with { Queue = "other" }], int.MaxValue, Cancellation);
        var run = Assert.Single(await ClaimAsync(Second, limit: 1));
        await LimitAsync(First, "slow", rate: new QueueRate(1, 3_600));
        await LimitAsync(Second, "slow", rate: new QueueRate(1, 3_600));
        await First.SubmitAsync([NewJob() with { Queue = "slow" }, NewJob() with { Queue = "slow" }], int.MaxValue, Cancellation);

        // The end that comes first in the exchange waits for whoever holds the job's row: its transaction has begun.
        await using var holder = new NpgsqlConnection(options!.ConnectionString);
        await holder.OpenAsync(Cancellation);
        await using var held = await holder.BeginTransactionAsync(Cancellation);
        await using (var hold = new NpgsqlCommand($"SELECT FROM {options.Schema}.jobs WHERE guid = $1 FOR UPDATE", holder, held))
        {
            hold.Parameters.Add(new() { Value = run.Job.Guid });
            await hold.ExecuteNonQueryAsync(Cancellation);
        }

        var request = new ClaimRequest("worker", ["app.delete"], null, 7, TimeSpan.FromSeconds(30));
        var later = Second.SettleAndClaimAsync([Ending(run)], request, Cancellation);
        await using var watcher = NpgsqlDataSource.Create(options.ConnectionString);
        await using (var waiting = watcher.CreateCommand("SELECT count(*) FROM pg_stat_activity WHERE $1 = ANY(pg_blocking_pids(pid))"))
        {
            waiting.Parameters.Add(new() { Value = holder.ProcessID });
            while (!later.IsCompleted && await waiting.ExecuteScalarAsync(Cancellation) is 0L)
            {
                await Task.Yield();
            }
        }

        Assert.Single(await ClaimAsync(First, limit: 7));
        await held.RollbackAsync(Cancellation);

        Assert.Empty((await later).Claimed);
    }

    [Fact]
    public async Task A_limit_that_one_node_was_given_holds_at_once_on_another_that_did_not_know()
    {
        await Second.SubmitAsync([NewJob(), NewJob(), NewJob()], int.MaxValue, Cancellation);
        Assert.Single(await ClaimAsync(Second, limit: 1));

        await LimitAsync(First, "default", concurrency: 2);

        Assert.Single(await ClaimAsync(Second, limit: 7));
        Assert.Empty(await ClaimAsync(Second, limit: 7));
    }

    [Fact]
    public async Task A_queue_s_first_job_submitted_by_another_node_is_claimed_by_one_that_knew_of_one_queue_alone()
    {
        await Second.SubmitAsync([NewJob()], int.MaxValue, Cancellation);
        Assert.Single(await ClaimAsync(Second, limit: 7));

        await First.SubmitAsync([NewJob() with { Queue = "other" }, NewJob() with { Queue = "third" }], int.MaxValue, Cancellation);

        Assert.Equal(2, (await ClaimAsync(Second, limit: 7)).Count);
    }

    [Fact]
    public async Task Where_the_one_queue_known_fills_claims_another_s_more_urgent_job_is_claimed_before_long()
    {
        await Second.SubmitAsync([.. Enumerable.Range(0, 100).Select(_ => NewJob())], int.MaxValue, Cancellation);
        Assert.Single(await ClaimAsync(Second, limit: 1));

        await First.SubmitAsync([NewJob() with { Queue = "other", Priority = -1 }], int.MaxValue, Cancellation);

        var claims = 1;
        while ((await ClaimAsync(Second, limit: 1))[0].Job.Queue != "other")
        {
            claims++;
            await Task.Delay(TimeSpan.FromMilliseconds(20), Cancellation);
        }

        Assert.InRange(claims, 1, 99);
    }

    [Fact]
    public async Task The_one_queue_known_is_left_alone_where_it_or_its_operation_is_paused()
    {
        await Second.SubmitAsync([NewJob(), NewJob(), NewJob()], int.MaxValue, Cancellation);
        Assert.Single(await ClaimAsync(Second, limit: 1));

        await First.PauseQueueAsync("default", new QueuePause(TimeProvider.System.GetUtcNow(), "admin", null), Cancellation);
        Assert.Empty(await ClaimAsync(Second, limit: 1));

        await First.ResumeQueueAsync("default", Cancellation);
        await First.PauseOperationAsync("app.delete", new QueuePause(TimeProvider.System.GetUtcNow(), "admin", null), Cancellation);
        Assert.Empty(await ClaimAsync(Second, limit: 1));

        await First.ResumeOperationAsync("app.delete", Cancellation);
        Assert.Single(await ClaimAsync(Second, limit: 1));
    }

    [Fact]
    public async Task Workers_of_one_node_are_woken_when_another_s_job_leaves_a_full_queue()
    {
        await LimitAsync(First, "default", concurrency: 1);
        await First.SubmitAsync([NewJob(), NewJob()], int.MaxValue, Cancellation);
        var run = Assert.Single(await ClaimAsync(First, limit: 7));

        // What was told of until now may still be on its way: as often as it takes.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(Patience * 3);
        var appeared = new SemaphoreSlim(0);
        secondSignals.WorkAppeared += () => appeared.Release();
        await First.SettleAndClaimAsync([Ending(run)], null, Cancellation);

        while ((await ClaimAsync(Second, limit: 7)).Count == 0)
        {
            await appeared.WaitAsync(patience.Token);
        }
    }

    private static PostgreSqlJobStore NewStore(PostgreSqlStoreOptions options, JobSignals signals) =>
        new(options, TimeProvider.System, signals, ErrorCatalog.BuiltIn, NullLogger<PostgreSqlJobStore>.Instance);

    private static NewJob NewJob()
    {
        var now = TimeProvider.System.GetUtcNow();
        return new NewJob { Guid = JobGuid.New(now), CreatedAt = now, Operation = "app.delete", Owner = JobOwner.Application };
    }

    private static Settlement Ending(ClaimedJob run)
    {
        var error = new JobError(10001, "UnknownError", "None is asked for here.");
        var rules = new RunEndRules(Backoff.Default, 3, 0.5, error, error, error);
        var next = run.Job.Lifecycle.End(new RunEnd.Finished(), TimeProvider.System.GetUtcNow(), rules)!;
        return new Settlement
        {
            Lease = run.Lease,
            Job = run.Job.Guid,
            Queue = run.Job.Queue,
            End = new RunEnd.Finished(),
            Next = next,
            NextIfCancelled = next,
        };
    }

    private static Task LimitAsync(PostgreSqlJobStore store, string queue, int? concurrency = null, QueueRate? rate = null) => store.LimitQueueAsync(
        queue,
        new QueueLimitsChange(TimeProvider.System.GetUtcNow(), "admin")
        {
            ChangesConcurrency = true,
            Concurrency = concurrency,
            ChangesRate = true,
            Rate = rate,
        },
        Cancellation);

    private static async Task<IReadOnlyList<ClaimedJob>> ClaimAsync(PostgreSqlJobStore store, int limit)
    {
        var request = new ClaimRequest("worker", ["app.delete"], null, limit, TimeSpan.FromSeconds(30));
        return (await store.SettleAndClaimAsync([], request, Cancellation)).Claimed;
    }

    private static async Task<List<ClaimedJob>> ClaimRunsUntilEmptyAsync(PostgreSqlJobStore store)
    {
        var all = new List<ClaimedJob>();
        while (await ClaimAsync(store, limit: 7) is { Count: > 0 } some)
        {
            all.AddRange(some);
        }

        return all;
    }

    private static async Task<List<Guid>> ClaimUntilEmptyAsync(PostgreSqlJobStore store) =>
        [.. (await ClaimRunsUntilEmptyAsync(store)).Select(run => run.Job.Guid)];
}
