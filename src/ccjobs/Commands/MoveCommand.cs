using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using CloudController.Jobs.Cli.Moving;
using CloudController.Jobs.Cli.Server;
using CloudController.Jobs.Cli.Settings;
using CloudController.Jobs.PostgreSql;
using CloudController.Jobs.Sqlite;
using CloudController.Jobs.Storage.Moving;
using Npgsql;

namespace CloudController.Jobs.Cli.Commands;

/// <summary><c>ccjobs move</c>: takes a SQLite store to PostgreSQL.</summary>
internal static class MoveCommand
{
    private static readonly Option<string?> To = new("--to")
    {
        Description = "The PostgreSQL database, such as Host=db.example.org;Database=ccjobs;Username=ccjobs;Password=secret. It must hold no jobs yet.",
        HelpName = "CONNECTION",
    };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Says what would be moved, and changes nothing." };

    private static readonly Option<bool> GiveUp = new("--give-up")
    {
        Description = "Gives up a move that was interrupted: the SQLite store starts again, with all that it held.",
    };

    public static Command Create()
    {
        var settings = SettingsArgument.Create();
        var command = new Command(
            "move", "Takes a stopped SQLite store to a PostgreSQL database: jobs, keys, history. Interrupted, the same again goes on with it.")
        {
            To, DryRun, GiveUp, settings,
        };
        command.SetAction((parsed, cancellationToken) => StoreCommand.RunAsync(output =>
        {
            var store = StoreSettings.From(SettingSources.Read(parsed.GetValue(settings) ?? []));
            if (store.IsShared)
                throw new UsageException("Store is postgres; what is moved is a SQLite store: say --Store=sqlite and where it is.");

            return (parsed.GetValue(To), parsed.GetValue(GiveUp), parsed.GetValue(DryRun)) switch
            {
                (null, true, false) => GiveUpAsync(store, output),
                (not null, true, _) => throw new UsageException("--to and --give-up exclude each other."),
                (_, true, true) => throw new UsageException("--dry-run and --give-up exclude each other."),
                ({ } to, false, var isDryRun) when StoreSettings.NamesServer(to) => MoveAsync(store, to, isDryRun, output, cancellationToken),
                _ => throw new UsageException($"--to names no database server; {StoreSettings.PostgreSqlExample}."),
            };
        }));
        return command;
    }

    private static async Task<int> MoveAsync(StoreSettings store, string to, bool isDryRun, Output output, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

        using var source = SqliteMoveSource.Open(store.Sqlite, TimeProvider.System);
        await using var target = new PostgreSqlMoveTarget(new PostgreSqlStoreOptions { ConnectionString = to }, TimeProvider.System);
        try
        {
            if (isDryRun)
                await ShowPlanAsync(source, target, to, output, stop.Token);
            else
                await MoveAsync(store, source, target, to, output, stop.Token);

            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            output.Error("Interrupted; the same command goes on with it.");
            return ExitCode.Interrupted;
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    private static async Task ShowPlanAsync(
        SqliteMoveSource source, PostgreSqlMoveTarget target, string to, Output output, CancellationToken cancellationToken)
    {
        foreach (var migration in await target.FindMissingAsync(cancellationToken))
            output.Line($"Would apply {migration}.");
        if (source.Move is not { IsFinished: true })
            await target.RequireFreeAsync(cancellationToken);

        output.Line($"Would move {Count(source.Count())} to {NameOf(to)}.");
    }

    private static async Task MoveAsync(
        StoreSettings store, SqliteMoveSource source, PostgreSqlMoveTarget target, string to, Output output, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        MovedCounts? moved;
        using (var progress = new MoveProgress(output))
            moved = await new StoreMove(source, target, NameOf(to)).RunAsync(progress.Report, cancellationToken);

        output.Line(moved is { } counts
            ? $"Moved {Count(counts)} to {NameOf(to)} in {clock.Elapsed.TotalSeconds:0.0} s."
            : $"The store was moved to {NameOf(to)} before; nothing was left to do.");
        output.Line("It does not start any more; go on there, with Store=postgres and this ConnectionString.");
        if (File.Exists(AdminToken.PathIn(store.DataDirectory)))
            output.Line("What was submitted with the generated token belongs to the token that is named admin there (Auth:Tokens:0:Name=admin).");
    }

    private static Task<int> GiveUpAsync(StoreSettings store, Output output)
    {
        using var source = SqliteMoveSource.Open(store.Sqlite, TimeProvider.System);
        switch (source.Move)
        {
            case null:
                output.Line("No move was begun; the store starts as ever.");
                return Task.FromResult(ExitCode.Done);
            case { IsFinished: true } finished:
                output.Error($"The store was moved to {finished.Target}; it is held there now, and cannot be worked on here again.");
                return Task.FromResult(ExitCode.Failed);
            case { } unfinished:
                source.GiveUp();
                output.Line($"The move to {unfinished.Target} is given up; the store starts again.");
                output.Line("What was copied is forgotten when a store is moved there anew.");
                return Task.FromResult(ExitCode.Done);
        }
    }

    private static string Count(MovedCounts counts) =>
        $"{counts.Jobs:N0} jobs, {counts.Runs:N0} kept runs, {counts.Labels:N0} labels and {counts.Keys:N0} idempotency keys";

    // Without user and password.
    private static string NameOf(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString) switch
    {
        { Host: var host, Database: { } database } => $"PostgreSQL, {host}, database {database}",
        { Host: var host } => $"PostgreSQL, {host}",
    };
}
