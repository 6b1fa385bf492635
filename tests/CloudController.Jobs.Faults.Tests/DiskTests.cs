using System.Diagnostics;
using CloudController.Jobs.PostgreSql.Tests;

namespace CloudController.Jobs.Faults.Tests;

/// <summary>The database's disk is full, or slow.</summary>
public sealed class DiskTests
{
    private const int JobsBetween = 60;
    private const int RefusedBetween = 10;
    private const int Deaths = 3;

    // Those that were made in advance, and would be room.
    private const string UseUpSegments = """
        DO $$ BEGIN
            FOR segment IN 1..12 LOOP
                PERFORM pg_logical_emit_message(false, '', '');
                PERFORM pg_switch_wal();
            END LOOP;
        END $$
        """;

    private const string NoSmallDisk = "A small disk can only be had where this user may mount one (root on Linux).";

    [Fact]
    public async Task While_the_tables_disk_is_full_submits_are_told_when_to_come_again_and_it_heals_by_itself()
    {
        using var disk = SmallDisk.TryMount("64m");
        Assert.SkipWhen(disk is null, NoSmallDisk);
        var database = await PostgreSqlServer.StartAsync(Path.GetTempPath(), durable: true);
        await Trial.ExecuteAsync(database, $"CREATE TABLESPACE small LOCATION '{disk.Path}'");
        await Trial.ExecuteAsync(database, "ALTER ROLE CURRENT_USER SET default_tablespace = small");
        await using var trial = await Trial.StartAsync(database, nodes: 2);

        await trial.BalanceAsync(async () =>
        {
            await trial.AcceptedAsync(JobsBetween);
            var before = trial.Ledger.SentAgain;
            await disk.FullUntilAsync(() => Task.FromResult(trial.Ledger.SentAgain >= before + RefusedBetween));
            await trial.AcceptedAsync(JobsBetween);
        });
    }

    [Fact]
    public async Task While_the_write_ahead_log_s_disk_is_full_and_the_database_dies_of_it_again_and_again_nothing_that_was_accepted_is_lost()
    {
        using var disk = SmallDisk.TryMount("256m");
        Assert.SkipWhen(disk is null, NoSmallDisk);
        var database = await PostgreSqlServer.StartAsync(Path.GetTempPath(), durable: true, log: disk.Path);
        await Trial.ExecuteAsync(database, "ALTER SYSTEM SET wal_recycle = off");
        await Trial.ExecuteAsync(database, "SELECT pg_reload_conf()");
        await Trial.ExecuteAsync(database, UseUpSegments);
        await using var trial = await Trial.StartAsync(database, nodes: 2);

        await trial.BalanceAsync(async () =>
        {
            await trial.AcceptedAsync(JobsBetween);
            var before = trial.Ledger.SentAgain;
            await disk.FullUntilAsync(async () => trial.Ledger.SentAgain >= before + RefusedBetween && await DeathsAsync(database) >= Deaths);
            await trial.AcceptedAsync(JobsBetween);
        });
    }

    [Fact]
    public async Task On_a_disk_that_takes_a_tenth_of_a_second_for_each_commit_leases_hold()
    {
        await using var trial = await Trial.StartAsync(nodes: 2);
        await trial.ExecuteAsync("ALTER SYSTEM SET commit_delay = 100000");
        await trial.ExecuteAsync("ALTER SYSTEM SET commit_siblings = 0");
        await trial.ExecuteAsync("SELECT pg_reload_conf()");

        await trial.BalanceAsync(async () =>
        {
            await trial.AcceptedAsync(2 * JobsBetween);
            await trial.LeaseHeldAsync();
        });
    }

    // At first of a commit, then of its recovery from that.
    private static async Task<int> DeathsAsync(PostgreSqlServer database) =>
        (await File.ReadAllLinesAsync(database.Log, Trial.Cancellation)).Count(line =>
            line.Contains("PANIC:  could not write", StringComparison.Ordinal) || line.Contains("FATAL:  could not write", StringComparison.Ordinal));

    /// <summary>A disk in memory that can be filled to the last byte.</summary>
    private sealed class SmallDisk : IDisposable
    {
        private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("jobs-disk-");

        /// <summary>For the database alone, as a tablespace must be.</summary>
        public string Path => System.IO.Path.Combine(folder.FullName, "space");

        private string Filling => System.IO.Path.Combine(folder.FullName, "filling");

        public static SmallDisk? TryMount(string size)
        {
            var disk = new SmallDisk();
            var mayMount = OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess;
            if (mayMount && Run("mount", "-t", "tmpfs", "-o", $"size={size},mode=755", "tmpfs", disk.folder.FullName))
            {
                Directory.CreateDirectory(disk.Path);
                Run("chown", "postgres", disk.Path);
                return disk;
            }

            disk.folder.Delete();
            return null;
        }

        /// <summary>Fills it, and again whenever something on it goes, until something is so; then there is room again.</summary>
        public async Task FullUntilAsync(Func<Task<bool>> isSo)
        {
            await using (var file = new FileStream(Filling, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                await Trial.UntilAsync(() =>
                {
                    Fill(file);
                    return isSo();
                });
            }

            File.Delete(Filling);
        }

        public void Dispose()
        {
            Run("umount", "-l", folder.FullName);
            folder.Delete();
        }

        private static void Fill(FileStream file)
        {
            try
            {
                while (true)
                    file.Write(new byte[4096]);
            }
            catch (IOException)
            {
                // That is what it is for.
            }
        }

        private static bool Run(string program, params string[] arguments)
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
            process!.WaitForExit();
            return process.ExitCode == 0;
        }
    }
}
