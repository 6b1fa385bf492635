namespace CloudController.Jobs.Cli.Tests.Server;

/// <summary>A process that is killed loses no job that it had answered 202.</summary>
public sealed class KillTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    [Fact]
    public async Task What_waited_is_run_by_the_next_process()
    {
        var guids = new List<string>();
        using (var killed = await ServerProcess.StartAsync(directory, "--Worker:Enabled=false"))
        {
            for (var i = 0; i < 20; i++)
                guids.Add(await killed.SubmitAsync("""{"operation":"noop"}"""));

            await killed.SignalAsync("KILL");
            await killed.EndAsync();
        }

        using var server = await ServerProcess.StartAsync(directory);
        foreach (var guid in guids)
            Assert.Equal(1, (await server.WaitForAsync(guid, "finished")).GetProperty("run").GetInt32());
    }

    [Fact]
    public async Task What_ran_is_run_again_once_its_lease_has_expired()
    {
        await using var runs = await HeldRuns.StartAsync();
        string guid;
        using (var killed = await ServerProcess.StartAsync(directory, [.. HeldRuns.Settings, "--Worker:LeaseSeconds=5"]))
        {
            guid = await killed.SubmitAsync(runs.Job);
            await runs.BeginAsync();
            await killed.SignalAsync("KILL");
            await killed.EndAsync();
        }

        using var server = await ServerProcess.StartAsync(directory, HeldRuns.Settings);
        await runs.BeginAsync();
        runs.End();
        var job = await server.WaitForAsync(guid, "finished");

        // A lost run costs no attempt (contract §5).
        Assert.Equal((1, 2), (job.GetProperty("attempt").GetInt32(), job.GetProperty("run").GetInt32()));
    }

    public void Dispose() => directory.Dispose();
}
