using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using CloudController.Jobs.Cli.Tests.Server;

using CloudController.Jobs.PostgreSql.Tests;

namespace CloudController.Jobs.Cli.Tests.Workers;

/// <summary>The sample workers do what docs/workers.md says, against a real server that knows none of their operations.</summary>
public sealed class SampleWorkerTests : IDisposable
{
    private const string LongSteps = """{"operation":"demo.steps","arguments":{"steps":2,"seconds":600}}""";

    // For what is seen at a heartbeat, a third of it, or at its end.
    private const string ShortLease = "--Worker:LeaseSeconds=5";

    private readonly TemporaryDirectory directory = new();

    public static TheoryData<string> Languages { get; } = ["python", "node"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Jobs_wait_for_a_worker_and_are_done(string language)
    {
        using var server = await StartServerAsync();
        var guid = await server.SubmitAsync("""{"operation":"demo.steps","arguments":{"steps":2,"seconds":0}}""");
        Assert.Equal("queued", (await server.ReadAsync(guid)).GetProperty("phase").GetString());

        using var worker = WorkerProcess.Start(language, server);

        var done = await server.WaitForAsync(guid, "finished");
        Assert.Equal("""{"steps":2}""", Compact(done.GetProperty("result")));
        Assert.Equal(1, done.GetProperty("attempt").GetInt32());
        Assert.Equal($"demo.steps {guid} run 1: complete", await worker.ReadLineAsync());
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task A_poll_goes_on_and_a_failure_has_the_catalogue_s_words(string language)
    {
        using var server = await StartServerAsync();
        using var worker = WorkerProcess.Start(language, server);
        var guid = await server.SubmitAsync("""{"operation":"demo.find","arguments":{"app":"x"}}""");

        var failed = await server.WaitForAsync(guid, "failed");

        var error = Assert.Single(failed.GetProperty("errors").EnumerateArray());
        Assert.Equal((100004, "CF-AppNotFound"), (error.GetProperty("code").GetInt32(), error.GetProperty("title").GetString()));
        Assert.Equal((1, 2), (failed.GetProperty("attempt").GetInt32(), failed.GetProperty("run").GetInt32()));
        Assert.Equal($"demo.find {guid} run 1: poll_again", await worker.ReadLineAsync());
        Assert.Equal($"demo.find {guid} run 2: fail", await worker.ReadLineAsync());
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Progress_comes_with_the_heartbeat_and_a_cancel_is_seen_there(string language)
    {
        using var server = await StartServerAsync(ShortLease);
        using var worker = WorkerProcess.Start(language, server);
        var guid = await server.SubmitAsync(LongSteps);
        await WaitForHeartbeatAsync(server, guid);

        await CancelAsync(server, guid);

        var cancelled = await server.WaitForAsync(guid, "cancelled");
        Assert.Equal("""{"percent":0,"message":"step 1"}""", Compact(cancelled.GetProperty("progress")));
        await WaitForLineAsync(worker, $"demo.steps {guid} run {cancelled.GetProperty("run")}: release");
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task A_worker_that_was_away_for_longer_than_its_lease_has_lost_it(string language)
    {
        using var server = await StartServerAsync(ShortLease);
        using var worker = WorkerProcess.Start(language, server);
        var guid = await server.SubmitAsync(LongSteps);
        await server.WaitForAsync(guid, "running");

        await worker.SignalAsync("STOP");
        var rescued = await server.WaitForAsync(guid, "queued");
        await worker.SignalAsync("CONT");

        // The first, unless the machine stood still before.
        var lost = rescued.GetProperty("run").GetInt32();
        Assert.Equal(0, rescued.GetProperty("attempt").GetInt32());
        await WaitForLineAsync(worker, $"demo.steps {guid} run {lost}: lease lost");
        await server.WaitForAsync(guid, "running", run: lost + 1);
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task A_worker_that_is_told_to_stop_gives_its_job_back(string language)
    {
        using var server = await StartServerAsync();
        using var worker = WorkerProcess.Start(language, server);
        var guid = await server.SubmitAsync(LongSteps);
        await server.WaitForAsync(guid, "running");

        await worker.SignalAsync("TERM");

        Assert.Equal(0, await worker.EndAsync());
        var back = await server.ReadAsync(guid);
        Assert.Equal("queued", back.GetProperty("phase").GetString());
        Assert.Equal((0, 1), (back.GetProperty("attempt").GetInt32(), back.GetProperty("run").GetInt32()));
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task A_worker_without_a_job_stops_while_the_server_is_away(string language)
    {
        using var server = await StartServerAsync();
        using var worker = WorkerProcess.Start(language, server);
        var guid = await server.SubmitAsync("""{"operation":"demo.steps","arguments":{"steps":0,"seconds":0}}""");
        Assert.Equal($"demo.steps {guid} run 1: complete", await worker.ReadLineAsync());
        await server.SignalAsync("KILL");
        await server.EndAsync();

        await worker.SignalAsync("TERM");

        Assert.Equal(0, await worker.EndAsync());
    }

    [Fact]
    public async Task A_worker_outlives_a_restart_of_the_server_and_keeps_its_lease()
    {
        // A lease that outlasts the slowest start, and an address that nobody else is given meanwhile.
        var address = new IPEndPoint(IPAddress.Loopback, Ports.Find());
        string[] settings = ["--Worker:LeaseSeconds=45", $"--urls=http://{address}"];
        string guid;
        WorkerProcess worker;
        using (var killed = await StartServerAsync(settings))
        {
            worker = WorkerProcess.Start("python", killed);
            guid = await killed.SubmitAsync("""{"operation":"demo.steps","arguments":{"steps":1,"seconds":17}}""");
            await WaitForHeartbeatAsync(killed, guid);
            await killed.SignalAsync("KILL");
            await killed.EndAsync();
        }

        // Who listens there meanwhile sees that the worker wants something of the server, and hangs up.
        using (var listener = new TcpListener(address))
        {
            listener.Start();
            using var asks = await listener.AcceptTcpClientAsync(Cancellation);
        }

        using (worker)
        using (var server = await StartServerAsync(settings))
        {
            Assert.Equal(1, (await server.WaitForAsync(guid, "finished")).GetProperty("run").GetInt32());
            Assert.Equal($"demo.steps {guid} run 1: complete", await worker.ReadLineAsync());
        }
    }

    public void Dispose() => directory.Dispose();

    private Task<ServerProcess> StartServerAsync(params string[] more) => ServerProcess.StartAsync(directory, ["--Worker:Enabled=false", .. more]);

    // There is no event to wait for: progress changes no state.
    private static async Task WaitForHeartbeatAsync(ServerProcess server, string guid)
    {
        await server.WaitForAsync(guid, "running");
        while ((await server.ReadAsync(guid)).GetProperty("progress").ValueKind != JsonValueKind.Object)
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Cancellation);
    }

    /// <summary>Waits until a worker has printed a line, whatever it prints before.</summary>
    private static async Task WaitForLineAsync(WorkerProcess worker, string line)
    {
        var printed = await worker.ReadLineAsync();
        while (printed is not null && printed != line)
            printed = await worker.ReadLineAsync();
        Assert.Equal(line, printed);
    }

    private static async Task CancelAsync(ServerProcess server, string guid)
    {
        using var answer = await server.Http.PostAsync($"/v3/jobs/{guid}/actions/cancel", null, Cancellation);
        Assert.Equal(202, (int)answer.StatusCode);
    }

    private static string Compact(JsonElement json) => json.GetRawText();
}
