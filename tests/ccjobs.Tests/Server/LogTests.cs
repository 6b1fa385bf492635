namespace CloudController.Jobs.Cli.Tests.Server;

/// <summary>Contract §3: the id of a request stands in every log line of the job that it submitted.</summary>
public sealed class LogTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    [Fact]
    public async Task A_failed_run_is_logged_with_the_id_of_the_request_that_submitted_the_job()
    {
        using var server = await ServerProcess.StartAsync(directory);
        server.Http.DefaultRequestHeaders.Add("X-Vcap-Request-ID", "ticket-4711");
        var guid = await server.SubmitAsync("""{"operation":"sleep","arguments":{"fail":true}}""");
        await server.WaitForAsync(guid, "failed");

        await server.SignalAsync("TERM");

        var lines = (await server.EndAsync()).Lines.Where(line => line.Contains(guid, StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.Contains("RequestId:ticket-4711::", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task So_is_a_lost_one_by_the_next_process()
    {
        string guid;
        using (var killed = await ServerProcess.StartAsync(directory))
        {
            killed.Http.DefaultRequestHeaders.Add("X-Vcap-Request-ID", "ticket-4712");
            guid = await killed.SubmitAsync("""{"operation":"sleep","arguments":{"seconds":3600}}""");
            await killed.WaitForAsync(guid, "running");
            await killed.SignalAsync("KILL");
            await killed.EndAsync();
        }

        using var server = await ServerProcess.StartAsync(directory, "--Worker:Enabled=false");
        await server.WaitForAsync(guid, "queued");
        await server.SignalAsync("TERM");

        var line = Assert.Single((await server.EndAsync()).Lines, line => line.Contains(guid, StringComparison.Ordinal));
        Assert.Contains("run 1 was ended without its worker (lost)", line, StringComparison.Ordinal);
        Assert.Contains("RequestId:ticket-4712::", line, StringComparison.Ordinal);
    }

    public void Dispose() => directory.Dispose();
}
