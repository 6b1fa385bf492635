using CloudController.Jobs.Errors;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CloudController.Jobs.PostgreSql.Tests;

/// <summary>Contract §9: a node of the previous release and one of this run together on this schema. This program stands for the previous one, a step
/// more for the next.</summary>
public sealed class MigrationTests : IAsyncDisposable
{
    // A safety net only.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly PostgreSqlStoreOptions options;
    private readonly PostgreSqlQueries queries;
    private readonly PostgreSqlDatabase database;
    private readonly NpgsqlDataSource source;

    public MigrationTests(TestServer shared)
    {
        options = shared.NewOptions();
        queries = new PostgreSqlQueries(options.Schema);
        database = new PostgreSqlDatabase(options, new StoreOutage(TimeProvider.System), NullLogger.Instance);
        source = NpgsqlDataSource.Create(options.ConnectionString);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static int This => Migration.Known.Count;

    [Fact]
    public async Task A_node_of_the_previous_release_goes_on_while_the_next_one_migrates_and_starts_on_its_schema()
    {
        await using var previous = await StartAsync();
        var rounds = 0;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var work = Task.Run(
            async () =>
            {
                while (!enough.IsCancellationRequested)
                {
                    await RunOneAsync(previous);
                    Interlocked.Increment(ref rounds);
                }
            },
            Cancellation);

        await MoreAsync();
        var step = $"-- compatible-from: {This}\nALTER TABLE jobs ADD COLUMN later text NOT NULL DEFAULT ''; CREATE TABLE later ();";
        var applied = await NextRelease(step).ApplyAsync(database, Cancellation);
        await MoreAsync();
        await enough.CancelAsync();
        await work.WaitAsync(Patience, Cancellation);

        Assert.Equal(["9999_later"], applied);
        await using var restarted = await StartAsync();
        await RunOneAsync(restarted);

        // While the step was applied, the node was at work: it was before, and is after.
        async Task MoreAsync()
        {
            var target = Volatile.Read(ref rounds) + 10;
            while (Volatile.Read(ref rounds) < target && !work.IsCompleted)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancellation);
            }
        }
    }

    [Fact]
    public async Task A_step_that_does_not_suit_earlier_programs_keeps_them_from_starting()
    {
        await using (await StartAsync())
        {
        }

        await NextRelease("CREATE TABLE later ();").ApplyAsync(database, Cancellation);

        var refusal = await Assert.ThrowsAsync<StoreSchemaException>(async () =>
        {
            await using var none = await StartAsync();
        });
        Assert.Equal($"The store's schema is version {This + 1}; this program knows versions up to {This}.", refusal.Message);
    }

    [Fact]
    public async Task A_crash_amid_a_step_leaves_none_of_it_and_the_next_start_completes()
    {
        await using (await StartAsync())
        {
        }

        const string Step = "CREATE TABLE later ();";
        await using var holder = await source.OpenConnectionAsync(Cancellation);
        await ExecuteAsync(holder, $"SELECT pg_advisory_lock(hashtextextended('{options.Schema}', 1))");
        var stuck = $"{Step} SET LOCAL lock_timeout = 0; SELECT pg_advisory_xact_lock(hashtextextended('{options.Schema}', 1));";
        var crashing = NextRelease(stuck).ApplyAsync(database, Cancellation);
        await TerminateWhoWaitsForAsync(holder.ProcessID);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => crashing);
        Assert.Equal(["9999_later"], await NextRelease(Step).FindMissingAsync(database, Cancellation));
        Assert.Equal(["9999_later"], await NextRelease(Step).ApplyAsync(database, Cancellation));
        Assert.Empty(await NextRelease(Step).ApplyAsync(database, Cancellation));
    }

    [Fact]
    public async Task No_step_rewrites_what_an_earlier_one_made()
    {
        Assert.All(Migration.Known, step => Assert.InRange(step.CompatibleFrom, 1, step.Number));
        for (var steps = 1; steps <= This; steps++)
        {
            var before = await FilesAsync();
            await new PostgreSqlMigrations(queries, [.. Migration.Known.Take(steps)]).ApplyAsync(database, Cancellation);
            var after = await FilesAsync();

            Assert.All(before, relation => Assert.Equal(relation.Value, after[relation.Key]));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        await source.DisposeAsync();
    }

    private PostgreSqlMigrations NextRelease(string step) => new(queries, [.. Migration.Known, Migration.Of(This + 1, "9999_later", step)]);

    private async Task<PostgreSqlJobStore> StartAsync()
    {
        var store = new PostgreSqlJobStore(
            options, TimeProvider.System, new JobSignals(), ErrorCatalog.BuiltIn, NullLogger<PostgreSqlJobStore>.Instance);
        await store.MigrateAsync(apply: true, Cancellation);
        await store.OpenAsync(Cancellation);
        return store;
    }

    private static async Task RunOneAsync(PostgreSqlJobStore store)
    {
        var now = TimeProvider.System.GetUtcNow();
        var job = new NewJob { Guid = JobGuid.New(now), CreatedAt = now, Operation = "app.delete", Owner = JobOwner.Application };
        await store.SubmitAsync([job], int.MaxValue, Cancellation);
        var request = new ClaimRequest("worker", ["app.delete"], null, 1, TimeSpan.FromSeconds(30));
        var claimed = await store.SettleAndClaimAsync([], request, Cancellation);
        var run = Assert.Single(claimed.Claimed);
        Assert.Equal(job.Guid, run.Job.Guid);
        await store.SettleAndClaimAsync([Finished(run, now)], null, Cancellation);
        Assert.Equal(JobPhase.Finished, (await store.FindStatusAsync(job.Guid, Cancellation))?.Phase);
    }

    private static Settlement Finished(ClaimedJob run, DateTimeOffset now)
    {
        var error = new JobError(10001, "UnknownError", "None is asked for here.");
        var next = run.Job.Lifecycle.End(new RunEnd.Finished(), now, new RunEndRules(Backoff.Default, 3, 0.5, error, error, error))!;
        return new Settlement { Lease = run.Lease, Job = run.Job.Guid, End = new RunEnd.Finished(), Next = next, NextIfCancelled = next };
    }

    private async Task TerminateWhoWaitsForAsync(int holder)
    {
        await using var terminate = source.CreateCommand(
            $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {holder} = ANY(pg_blocking_pids(pid))");
        while (await terminate.ExecuteScalarAsync(Cancellation) is null)
        {
            await Task.Yield();
        }
    }

    /// <summary>The file of every table and index: what is rewritten gets another.</summary>
    private async Task<Dictionary<string, uint>> FilesAsync()
    {
        await using var find = source.CreateCommand(
            $"SELECT relname, relfilenode FROM pg_class WHERE relnamespace = to_regnamespace('{options.Schema}') AND relkind IN ('r', 'i')");
        await using var rows = await find.ExecuteReaderAsync(Cancellation);
        var files = new Dictionary<string, uint>();
        while (await rows.ReadAsync(Cancellation))
        {
            files[rows.GetString(0)] = rows.GetFieldValue<uint>(1);
        }

        return files;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
