using CloudController.Jobs.Cli.Settings;
using CloudController.Jobs.Cli.Torture;
using CloudController.Jobs.PostgreSql.Tests;
using Npgsql;

namespace CloudController.Jobs.Faults.Tests;

/// <summary>Nodes on a PostgreSQL server of their own, under load, and the ledger of what they accepted and did, which must balance.</summary>
internal sealed class Trial : IAsyncDisposable
{
    // Many times what anything here takes on a busy machine.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    private Trial(PostgreSqlServer database, string connectionString)
    {
        Database = database;
        Cluster = new Cluster(new StoreSettings(IsShared: true, new DataDirectory(Path.GetTempPath()), connectionString), TimeProvider.System);
    }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>How nodes are started: as processes of the executable beside the tests.</summary>
    public static Executable Executable { get; } = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "ccjobs.dll")]);

    public PostgreSqlServer Database { get; }

    public Cluster Cluster { get; }

    public IReadOnlyList<TortureNode> Nodes => Cluster.Nodes;

    public Ledger Ledger => Cluster.Ledger;

    /// <summary>Starts a database, which keeps what it has committed, and nodes.</summary>
    public static async Task<Trial> StartAsync(int nodes) =>
        await StartAsync(await PostgreSqlServer.StartAsync(Path.GetTempPath(), durable: true), nodes);

    /// <summary>Starts nodes on a database, which goes with the trial.</summary>
    /// <param name="database">The database.</param>
    /// <param name="nodes">How many.</param>
    /// <param name="connectionString">Their way to it.</param>
    public static async Task<Trial> StartAsync(PostgreSqlServer database, int nodes, string? connectionString = null)
    {
        var trial = new Trial(database, connectionString ?? database.ConnectionString);
        for (var node = 0; node < nodes; node++)
            await trial.AddAsync();

        return trial;
    }

    /// <summary>Starts one more node, perhaps with a way of its own to the database.</summary>
    public Task<TortureNode> AddAsync(string? connectionString = null) => Cluster.AddAsync(Executable, Cancellation, connectionString);

    /// <summary>Does something to nodes under load, waits for the end of all that was accepted, ends the nodes, and checks the ledger. Nobody helps
    /// the nodes: they must come back by themselves.</summary>
    /// <param name="strike">What is done.</param>
    /// <param name="endsMayBeUndone">Whether an end that was seen may be gone again.</param>
    /// <param name="kindOf">What kind of job each number is; <see langword="null"/>: the usual.</param>
    public async Task<Balance> BalanceAsync(Func<Task> strike, bool endsMayBeUndone = false, Func<int, Kind>? kindOf = null)
    {
        var balance = await AuditAsync(strike, kindOf);
        foreach (var node in Nodes)
            await node.EndAsync(Cancellation);

        Violation[] broken = [.. balance.Violations.Where(violation => !endsMayBeUndone || violation.Promise != Promise.EndedOnce)];
        Assert.Empty(broken);
        Assert.Equal(balance.Accepted, balance.Finished);
        return balance;
    }

    /// <summary>Does something to nodes under load, waits for the end of all that was accepted, and says what the ledger comes to.</summary>
    public async Task<Balance> AuditAsync(Func<Task> strike, Func<int, Kind>? kindOf = null)
    {
        var audit = new Audit(Cluster, TimeProvider.System);
        var balance = await new TortureRun(TimeProvider.System).AuditedAsync(Cluster, audit, UnderLoadAsync, Cancellation);
        TestContext.Current.TestOutputHelper?.WriteLine($"{balance}");
        foreach (var violation in balance.Violations)
            TestContext.Current.TestOutputHelper?.WriteLine($"{violation}, {(violation.Job is null ? null : Ledger.Accepted.GetValueOrDefault(violation.Job))}");

        return balance;

        async Task UnderLoadAsync()
        {
            await using var load = new Load(Cluster, TimeProvider.System, kindOf ?? Kind.OfNumber, Cancellation);
            await strike();
        }
    }

    /// <summary>Waits until so many more jobs have been accepted.</summary>
    public Task AcceptedAsync(int jobs) => Ledger.MoreAsync(jobs, Cancellation).WaitAsync(Patience, TimeProvider.System, Cancellation);

    /// <summary>Waits until a job that outlives its first lease has finished in its first run. Where something takes leases back that are extended,
    /// none ever does; where the machine stands still for longer than a lease, the next one does.</summary>
    public Task LeaseHeldAsync() => UntilAsync(async () =>
    {
        var jobs = string.Join(',', Ledger.Accepted.Where(job => job.Value == Kind.Long).Select(job => job.Key));
        return (bool)(await ExecuteAsync($"SELECT EXISTS (SELECT FROM ccjobs.jobs WHERE guid = ANY('{{{jobs}}}') AND phase = 8 AND run = 1)"))!;
    });

    /// <summary>Waits until something is so.</summary>
    public static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(Patience);
        while (!await isSo())
            await Task.Delay(Pace, TimeProvider.System, patience.Token);
    }

    /// <summary>Executes a statement on the database.</summary>
    public Task<object?> ExecuteAsync(string sql) => ExecuteAsync(Database, sql);

    /// <summary>Executes a statement on a database.</summary>
    public static async Task<object?> ExecuteAsync(PostgreSqlServer database, string sql)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString + ";Pooling=false;Timeout=60;Command Timeout=300");
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        Cluster.Dispose();
        await Database.DisposeAsync();
    }
}
