using System.Globalization;
using CloudController.Jobs.Cli.Torture;

namespace CloudController.Jobs.Faults.Tests;

/// <summary>The clocks of nodes and database disagree by far more than a lease.</summary>
public sealed class ClockTests
{
    private const int Jobs = 160;
    private const int Offset = 90;

    private static readonly EnumerationOptions Below = new() { RecurseSubdirectories = true, MaxRecursionDepth = 2 };

    private static readonly string Library = Directory.Exists("/usr/lib")
        ? Directory.EnumerateFiles("/usr/lib", "libfaketime.so.1", Below).FirstOrDefault("")
        : "";

    [Fact]
    public async Task Where_clocks_disagree_the_database_s_decides_and_leases_hold()
    {
        Assert.SkipUnless(File.Exists(Library), "Another clock can only be had with libfaketime.");
        await using var trial = await Trial.StartAsync(nodes: 1);
        await trial.Cluster.AddAsync(WithClock(Offset), Trial.Cancellation);
        await trial.Cluster.AddAsync(WithClock(-Offset), Trial.Cancellation);
        Assert.InRange(await AheadAsync(trial, 1), Offset - 30, Offset + 30);
        Assert.InRange(await AheadAsync(trial, 2), -Offset - 30, -Offset + 30);

        await trial.BalanceAsync(async () =>
        {
            await trial.AcceptedAsync(Jobs);

            // Nobody's clock takes back what is extended by another's.
            await trial.LeaseHeldAsync();
        });
    }

    // Its monotonic clock stays what it is, as that of a machine does whose time is set wrong.
    private static Executable WithClock(int seconds) => new("env",
    [
        $"LD_PRELOAD={Library}", string.Create(CultureInfo.InvariantCulture, $"FAKETIME={seconds:+0;-0}s"), "FAKETIME_DONT_FAKE_MONOTONIC=1",
        "DONT_FAKE_MONOTONIC=1", "FAKETIME_DISABLE_SHM=1", Trial.Executable.File, .. Trial.Executable.Arguments,
    ]);

    // How many seconds a node's clock is ahead of the tests', as the date of its answers says.
    private static async Task<double> AheadAsync(Trial trial, int node)
    {
        using var response = await trial.Cluster.Http.GetAsync(new Uri(trial.Nodes[node].Address, "/v3/info"), Trial.Cancellation);
        return (response.Headers.Date!.Value - TimeProvider.System.GetUtcNow()).TotalSeconds;
    }
}
