namespace CloudController.Jobs.Cli.Tests.Server;

/// <summary>Contract §1: a signal drains; what still runs goes back to its queue without losing an attempt.</summary>
public sealed class DrainTests : IDisposable
{
    private const string LongSleep = """{"operation":"sleep","arguments":{"seconds":3600}}""";

    private readonly TemporaryDirectory directory = new();

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task What_runs_too_long_goes_back_without_losing_an_attempt(string signal)
    {
        string guid;
        using (var server = await ServerProcess.StartAsync(directory, "--Worker:DrainTimeoutSeconds=0"))
        {
            guid = await server.SubmitAsync(LongSleep);
            await server.WaitForAsync(guid, "running");

            await server.SignalAsync(signal);

            var ended = await server.EndAsync();
            Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
        }

        using var idle = await ServerProcess.StartAsync(directory, "--Worker:Enabled=false");
        var job = await idle.ReadAsync(guid);
        Assert.Equal("queued", job.GetProperty("phase").GetString());
        Assert.Equal((0, 1), (job.GetProperty("attempt").GetInt32(), job.GetProperty("run").GetInt32()));
    }

    [Fact]
    public async Task What_ends_in_time_ends_well()
    {
        await using var runs = await HeldRuns.StartAsync();
        string guid;
        using (var server = await ServerProcess.StartAsync(directory, [.. HeldRuns.Settings, "--Worker:DrainTimeoutSeconds=3600"]))
        {
            guid = await server.SubmitAsync(runs.Job);
            await runs.BeginAsync();

            await server.SignalAsync("TERM");
            runs.End();

            Assert.Equal(0, (await server.EndAsync()).ExitCode);
        }

        using var idle = await ServerProcess.StartAsync(directory, "--Worker:Enabled=false");
        Assert.Equal("finished", (await idle.ReadAsync(guid)).GetProperty("phase").GetString());
    }

    [Fact]
    public async Task Meanwhile_the_jobs_can_be_followed()
    {
        await using var runs = await HeldRuns.StartAsync();
        using var server = await ServerProcess.StartAsync(directory, [.. HeldRuns.Settings, "--Worker:DrainTimeoutSeconds=3600"]);
        var guid = await server.SubmitAsync(runs.Job);
        await runs.BeginAsync();

        await server.SignalAsync("TERM");

        Assert.Equal("running", (await server.ReadAsync(guid)).GetProperty("phase").GetString());
        runs.End();
        Assert.Equal(0, (await server.EndAsync()).ExitCode);
    }

    [Fact]
    public async Task A_second_signal_ends_it_at_once()
    {
        using var server = await ServerProcess.StartAsync(directory, "--Worker:DrainTimeoutSeconds=3600");
        var guid = await server.SubmitAsync(LongSleep);
        await server.WaitForAsync(guid, "running");

        // Two of one kind might reach the process as one.
        await server.SignalAsync("TERM");
        await server.SignalAsync("INT");

        Assert.Contains((await server.EndAsync()).ExitCode, new[] { 128 + 2, 128 + 15 });
    }

    public void Dispose() => directory.Dispose();
}
