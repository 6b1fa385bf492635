using System.Globalization;
using System.Text;
using System.Text.Json;
using CloudController.Jobs.Cli.Tests.Server;
using Npgsql;

namespace CloudController.Jobs.Cli.Tests.Moving;

/// <summary>Contract §9: a move can be repeated after an interruption.</summary>
public sealed class InterruptedMoveTests(MovedStore store) : IClassFixture<MovedStore>
{
    // Several batches.
    private const int Jobs = 20_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_move_that_was_killed_goes_on_where_it_was_and_meanwhile_neither_end_starts()
    {
        string running;
        using (var filled = await store.StartSqliteAsync("--Jobs:MaxOpenPerOwner=1000000"))
        {
            running = await FillAsync(filled);
            await filled.SignalAsync("KILL");
            await filled.EndAsync();
        }

        await HoldAfterOneBatchAsync();
        await KillOnceHeldAsync();

        Assert.InRange(await store.QueryAsync<long>("SELECT count(*) FROM ccjobs.jobs"), 1, Jobs - 1);
        await AssertNeitherStartsAsync();

        // Given up, the store starts again; moved anew, what the first move left is forgotten.
        Assert.Equal(0, (await store.RunAsync("move", "--give-up")).ExitCode);
        using (await store.StartSqliteAsync("--Worker:Enabled=false"))
        {
        }

        await KillOnceHeldAsync();

        var moved = await store.MoveAsync();
        Assert.Equal((0, ""), (moved.ExitCode, moved.Error));
        Assert.StartsWith((Jobs + 1).ToString("'Moved '#,0' jobs'", CultureInfo.InvariantCulture), moved.Out, StringComparison.Ordinal);

        using var target = await store.StartPostgreSqlAsync();
        Assert.Equal(Jobs + 1, await store.QueryAsync<long>("SELECT count(DISTINCT guid) FROM ccjobs.jobs"));
        Assert.Equal(
            Enumerable.Range(0, 100).Select(number => number.ToString(CultureInfo.InvariantCulture)),
            await FirstArgumentsAsync(target));

        // What ran when its process was killed runs again.
        Assert.Equal(2, (await target.WaitForAsync(running, "running", run: 2)).GetProperty("run").GetInt32());
    }

    /// <summary>Whatever writes jobs where there are some already waits for a lock from now on.</summary>
    private async Task HoldAfterOneBatchAsync()
    {
        var migrated = await store.RunAsync("migrate", "--Store=postgres", $"--ConnectionString={store.Connection}");
        Assert.Equal((0, ""), (migrated.ExitCode, migrated.Error));
        await store.QueryAsync<int>("""
            CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN IF EXISTS (SELECT FROM ccjobs.jobs) THEN PERFORM pg_advisory_xact_lock(1); END IF; RETURN NULL; END';
            CREATE TRIGGER hold BEFORE INSERT ON ccjobs.jobs FOR EACH STATEMENT EXECUTE FUNCTION hold();
            SELECT 1
            """);
    }

    private async Task KillOnceHeldAsync()
    {
        await using var holder = new NpgsqlConnection($"{store.Connection};Pooling=false");
        await holder.OpenAsync(Cancellation);
        await using (var hold = new NpgsqlCommand("SELECT pg_advisory_lock(1)", holder))
            await hold.ExecuteNonQueryAsync(Cancellation);

        using var move = store.StartMove();
        while (!await store.QueryAsync<bool>("SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 1 AND NOT granted)"))
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
        await move.SignalAsync("KILL");
        await move.EndAsync();
    }

    private async Task AssertNeitherStartsAsync()
    {
        var source = await store.RunAsync("server", "--urls=http://127.0.0.1:0");
        Assert.Equal(1, source.ExitCode);
        Assert.Equal(
            $"The store {store.Database} is being moved to PostgreSQL, 127.0.0.1, database postgres; run ccjobs move again to complete that, "
                + "or ccjobs move --give-up to keep the store here.\n",
            source.Error);

        var target = await store.RunAsync("worker", "--Store=postgres", $"--ConnectionString={store.Connection}");
        Assert.Equal(
            (1, "The schema ccjobs of the database holds a part of a store that is being moved to it; run ccjobs move again to complete that.\n"),
            (target.ExitCode, target.Error));
    }

    /// <summary>Jobs that nobody serves, and one that runs.</summary>
    private static async Task<string> FillAsync(ServerProcess server)
    {
        for (var first = 0; first < Jobs; first += 1_000)
        {
            var jobs = new StringBuilder("""{"jobs":[""");
            for (var number = first; number < first + 1_000; number++)
                jobs.Append(CultureInfo.InvariantCulture, $$"""{{(number == first ? "" : ",")}}{"operation":"app.other","arguments":{{number}}}""");

            await MovedStore.PostAsync(server, "/v3/jobs/actions/bulk", jobs.Append("]}").ToString());
        }

        var running = await server.SubmitAsync("""{"operation":"sleep","arguments":{"seconds":3600}}""");
        await server.WaitForAsync(running, "running");
        return running;
    }

    /// <summary>The arguments of the first jobs, in the order of submission: each bulk's share an instant.</summary>
    private static async Task<IEnumerable<string>> FirstArgumentsAsync(ServerProcess server)
    {
        var list = await server.Http.GetStringAsync("/v3/jobs?per_page=100", Cancellation);
        var arguments = new List<string>();
        foreach (var job in JsonDocument.Parse(list).RootElement.GetProperty("resources").EnumerateArray())
            arguments.Add((await server.ReadAsync(job.GetProperty("guid").GetString()!)).GetProperty("arguments").GetRawText());

        return arguments;
    }
}
