using System.Globalization;
using System.Net;
using System.Text.Json;

namespace CloudController.Jobs.Cli.Tests.Server;

/// <summary>Contract §1: <c>ccjobs worker</c> runs what servers were given, over PostgreSQL, and serves no API.</summary>
public sealed class StandaloneWorkerTests(SharedDatabase database) : IClassFixture<SharedDatabase>, IDisposable
{
    private readonly TemporaryDirectory directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_server_without_worker_was_given_a_worker_runs()
    {
        using var server = await database.StartApiAsync(directory);
        var guid = await server.SubmitAsync("""{"operation":"noop"}""");
        Assert.Equal("queued", (await server.ReadAsync(guid)).GetProperty("phase").GetString());

        using var worker = await StandaloneWorker.StartAsync(directory, [.. database.Settings, "--Worker:Concurrency=3"]);

        Assert.Equal("COMPLETE", (await server.WaitForAsync(guid, "finished")).GetProperty("state").GetString());
        Assert.Equal(
            ["Store:        PostgreSQL, 127.0.0.1", "Worker:       all queues, up to 3 jobs at once"],
            worker.Banner);
        Assert.False(Directory.Exists(Path.Combine(directory.Path, "data")));
    }

    [Fact]
    public async Task What_a_killed_worker_ran_another_runs_with_no_attempt_spent()
    {
        await using var held = await HeldRuns.StartAsync();
        string[] settings = [.. database.Settings, .. HeldRuns.Settings, "--Worker:LeaseSeconds=5"];
        using var server = await database.StartApiAsync(directory, HeldRuns.Settings);
        using var first = await StandaloneWorker.StartAsync(directory, settings);
        using var second = await StandaloneWorker.StartAsync(directory, settings);
        var guid = await server.SubmitAsync(held.Job);
        await held.BeginAsync();
        var killed = await RunnerIdAsync(server, guid) == first.Id ? first : second;

        await killed.SignalAsync("KILL");
        await held.BeginAsync();
        held.End();
        var job = await server.WaitForAsync(guid, "finished");

        // The other's lease, too, is lost where the machine stands still for longer than that. A lost run costs no attempt (contract §5).
        var runs = await RunsAsync(server, guid);
        Assert.InRange(runs.Length, 2, int.MaxValue);
        Assert.All(runs[..^1], run => Assert.Equal("lost", run.GetProperty("outcome").GetString()));
        Assert.Equal("finished", runs[^1].GetProperty("outcome").GetString());
        Assert.Equal((1, runs.Length), (job.GetProperty("attempt").GetInt32(), job.GetProperty("run").GetInt32()));
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_signal_drains_it_without_losing_an_attempt(string signal)
    {
        using var server = await database.StartApiAsync(directory);
        using var worker = await StandaloneWorker.StartAsync(directory, [.. database.Settings, "--Worker:DrainTimeoutSeconds=0"]);
        var guid = await server.SubmitAsync("""{"operation":"sleep","arguments":{"seconds":3600}}""");
        await server.WaitForAsync(guid, "running");

        await worker.SignalAsync(signal);

        var ended = await worker.Ended;
        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
        var job = await server.ReadAsync(guid);
        Assert.Equal("queued", job.GetProperty("phase").GetString());
        Assert.Equal((0, 1), (job.GetProperty("attempt").GetInt32(), job.GetProperty("run").GetInt32()));
        using var cancelled = await server.Http.PostAsync($"/v3/jobs/{guid}/actions/cancel", null, Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, cancelled.StatusCode);
    }

    [Fact]
    public async Task Where_it_listens_it_answers_probes_and_nothing_else()
    {
        using var worker = await StandaloneWorker.StartAsync(directory, [.. database.Settings, "--urls=http://127.0.0.1:0"]);
        using var http = new HttpClient { BaseAddress = worker.Address };

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/healthz", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/readyz", Cancellation)).StatusCode);
        foreach (var path in new[] { "/", "/v3", "/v3/jobs", "/v2/jobs/0", "/openapi/v3.json" })
        {
            using var answer = await http.GetAsync(path, Cancellation);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Settings_shared_with_servers_that_run_nothing_leave_it_a_worker()
    {
        using var server = await database.StartApiAsync(directory);
        using var worker = await StandaloneWorker.StartAsync(directory, [.. database.Settings, "--Worker:Enabled=false"]);

        var guid = await server.SubmitAsync("""{"operation":"noop"}""");

        await server.WaitForAsync(guid, "finished");
    }

    [Theory]
    [InlineData("Store is sqlite, and such a store belongs to one process; a worker needs Store=postgres and its ConnectionString.\n")]
    [InlineData("Worker:Concurency (command line) is no setting; Worker:Concurrency is.\n", "--Worker:Concurency=8")]
    [InlineData(
        "Urls is ''; it can be http://ADDRESS:PORT or https://ADDRESS:PORT, the address an IP address, localhost or *, several with ';' between.\n",
        "--Store=postgres", "--ConnectionString=Host=127.0.0.1", "--urls=")]
    [InlineData(
        "Worker:LeaseSeconds is 4; it can be 5 to 3600.\n",
        "--Store=postgres", "--ConnectionString=Host=127.0.0.1", "--Worker:LeaseSeconds=4")]
    [InlineData(
        "RateLimit:OpenPerSecond is 0; it can be 1 to 1000000.\n",
        "--Store=postgres", "--ConnectionString=Host=127.0.0.1", "--RateLimit:OpenPerSecond=0")]
    public async Task A_wrong_setting_is_one_sentence(string sentence, params string[] settings)
    {
        var ended = await Ccjobs.RunAsync(new Setting(directory.Path), ["worker", .. settings]);

        Assert.Equal((2, sentence, ""), (ended.ExitCode, ended.Error, ended.Out));
        Assert.Empty(Directory.GetFileSystemEntries(directory.Path));
    }

    public void Dispose() => directory.Dispose();

    /// <summary>The process that runs a job: a worker's name is its host, its process and random letters.</summary>
    private static async Task<int> RunnerIdAsync(ServerProcess server, string guid) =>
        int.Parse((await RunsAsync(server, guid))[0].GetProperty("worker").GetString()!.Split(':')[^2], CultureInfo.InvariantCulture);

    private static async Task<JsonElement[]> RunsAsync(ServerProcess server, string guid)
    {
        var runs = await server.Http.GetStringAsync($"/v3/jobs/{guid}/attempts", Cancellation);
        return [.. JsonDocument.Parse(runs).RootElement.GetProperty("resources").EnumerateArray()];
    }
}
