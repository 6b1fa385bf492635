using CloudController.Jobs.Benchmarks.Filling;
using CloudController.Jobs.Benchmarks.Measuring;

namespace CloudController.Jobs.Benchmarks.Http;

/// <summary><c>GET /v2/jobs/:guid</c> over a million jobs, beside a bare server that reads one row of a plain table, in turn.</summary>
internal static class StatusReads
{
    private const int SampleSize = 100_000;

    public static async Task RunAsync(BenchmarkSettings settings, TextWriter output)
    {
        using var scratch = new ScratchDirectory(settings.Directory);
        var (bareDatabase, bareGuids) = (scratch.File("bare.db"), scratch.File("bare.guids"));
        var (data, jobGuids) = (scratch.Folder("data"), scratch.File("jobs.guids"));
        FillBare(bareDatabase, bareGuids, settings.Jobs);
        await FillJobsAsync(data, jobGuids, settings.Jobs);

        var bareUrl = FreePort.Url();
        string[] bareArguments = ["serve-rows", bareDatabase, bareUrl.GetLeftPart(UriPartial.Authority)];
        await using var bare = await ChildProcess.StartAsync("CloudController.Jobs.Benchmarks", scratch.Path, bareUrl, bareArguments);
        await using var jobs = await JobsServer.StartAsync(data, "--RateLimit:Enabled=false");
        await Wrk.RunAsync("reads.lua", bareUrl, bare, WarmUpSeconds, bareGuids);
        await Wrk.RunAsync("reads.lua", jobs.Url, jobs.Process, WarmUpSeconds, jobGuids);

        var (theirs, ours) = (new List<LoadResult>(), new List<LoadResult>());
        for (var i = 0; i < settings.Repetitions; i++)
        {
            theirs.Add(await Wrk.RunAsync("reads.lua", bareUrl, bare, settings.Seconds, bareGuids));
            ours.Add(await Wrk.RunAsync("reads.lua", jobs.Url, jobs.Process, settings.Seconds, jobGuids));
        }

        var table = new ResultTable(output, $"GET /v2/jobs/:guid over {settings.Jobs:N0} jobs, 64 connections");
        table.Add("bare server, one SQLite row as JSON", "requests/s", [.. theirs.Select(result => result.PerSecond)]);
        table.Add("ccjobs server", "requests/s", [.. ours.Select(result => result.PerSecond)]);
        table.Add("ratio", "ours / bare", [.. ours.Zip(theirs, (our, their) => our.PerSecond / their.PerSecond)], "≥ 0.80");
        table.Add("bare server", "processor µs/request", [.. theirs.Select(result => result.ProcessorMicroseconds)]);
        table.Add("ccjobs server", "processor µs/request", [.. ours.Select(result => result.ProcessorMicroseconds)]);
        table.Add("bare server", "p99 ms", [.. theirs.Select(result => result.P99Milliseconds)]);
        table.Add("ccjobs server", "p99 ms", [.. ours.Select(result => result.P99Milliseconds)]);
    }

    private const int WarmUpSeconds = 4;

    private static void FillBare(string database, string guids, int count)
    {
        var sample = SampleOf(count);
        BareRows.Fill(database, count, sample);
        sample.Write(guids);
    }

    private static async Task FillJobsAsync(string data, string guids, int count)
    {
        var sample = SampleOf(count);
        await using var open = await OpenStore.AtAsync(JobsServer.DatabaseIn(data));
        await StoreFill.FinishedAsync(open, "noop", count, sample.Offer);
        sample.Write(guids);
    }

    private static GuidSample SampleOf(int count) => new(Math.Max(1, count / SampleSize));
}
