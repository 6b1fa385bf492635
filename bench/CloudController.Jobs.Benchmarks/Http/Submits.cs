using CloudController.Jobs.Benchmarks.Filling;
using CloudController.Jobs.Benchmarks.Measuring;
using CloudController.Jobs.Benchmarks.Stores;

namespace CloudController.Jobs.Benchmarks.Http;

/// <summary><c>POST /v3/jobs</c> by 64 callers, each waiting for its 202, into an empty store and a full one, beside plain inserts of one row a
/// commit.</summary>
internal static class Submits
{
    private const string Body = $$"""{"operation":"noop","arguments":{{SomeArguments.Text}}}""";
    private const int WarmUpSeconds = 4;
    private const int PlainJobs = 20_000;

    public static async Task RunAsync(BenchmarkSettings settings, TextWriter output)
    {
        using var scratch = new ScratchDirectory(settings.Directory);
        var full = scratch.Folder("full");
        await FillAsync(full, settings.Jobs);

        var (plain, empties, fulls) = (new List<double>(), new List<LoadResult>(), new List<LoadResult>());
        for (var i = 0; i < settings.Repetitions; i++)
        {
            using (var sqlite = new PlainSqlite(scratch.File($"plain-{i}.db")))
                plain.Add(sqlite.Insert(PlainJobs, perCommit: 1).PerSecond);

            empties.Add(await LoadAsync(scratch.Folder($"empty-{i}"), settings.Seconds));
            fulls.Add(await LoadAsync(full, settings.Seconds));
        }

        var table = new ResultTable(output, "POST /v3/jobs, 64 callers, each waiting for its commit");
        table.Add("plain insert, one row a commit, in process", "jobs/s", plain);
        table.Add("ccjobs server", "jobs/s", [.. empties.Select(result => result.PerSecond)]);
        table.Add("ratio", "ours / plain", [.. empties.Zip(plain, (our, their) => our.PerSecond / their)], "≥ 2.50");
        table.Add("ccjobs server", "processor µs/job", [.. empties.Select(result => result.ProcessorMicroseconds)]);
        table.Add("ccjobs server", "p50 ms", [.. empties.Select(result => result.P50Milliseconds)]);
        table.Add("ccjobs server", "p99 ms", [.. empties.Select(result => result.P99Milliseconds)]);
        var filled = $"ccjobs server, {settings.Jobs:N0} ended and {settings.Jobs / 10:N0} scheduled in the store";
        table.Add(filled, "jobs/s", [.. fulls.Select(result => result.PerSecond)]);
        table.Add("the same", "processor µs/job", [.. fulls.Select(result => result.ProcessorMicroseconds)]);
        table.Add("ratio", "full / empty", [.. fulls.Zip(empties, (one, other) => one.PerSecond / other.PerSecond)], "≥ 0.90");
    }

    private static async Task FillAsync(string data, int jobs)
    {
        await using var open = await OpenStore.AtAsync(JobsServer.DatabaseIn(data));
        await StoreFill.FinishedAsync(open, "noop", jobs, static _ => { });
        await StoreFill.ScheduledAsync(open.Store, "noop", jobs / 10);
    }

    private static async Task<LoadResult> LoadAsync(string data, int seconds)
    {
        await using var server = await JobsServer.StartAsync(data, "--Worker:Enabled=false");
        await Wrk.RunAsync("submits.lua", server.Url, server.Process, WarmUpSeconds, JobsServer.Token, Body);
        return await Wrk.RunAsync("submits.lua", server.Url, server.Process, seconds, JobsServer.Token, Body);
    }
}
