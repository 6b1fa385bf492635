using System.Diagnostics;
using System.Net;
using CloudController.Jobs.Benchmarks.Filling;
using CloudController.Jobs.Benchmarks.Measuring;

namespace CloudController.Jobs.Benchmarks.Pages;

/// <summary>Pages of the dashboard over a million jobs of ten operations in turn, one after the other as a person asks for them.</summary>
internal static class DashboardPages
{
    private const int Operations = 10;
    private const int Bulk = 1_000;
    private const int PerPage = 200;
    private const int WarmUp = 20;

    public static async Task RunAsync(BenchmarkSettings settings, TextWriter output)
    {
        using var scratch = new ScratchDirectory(settings.Directory);
        var data = scratch.Folder("data");
        var some = await FillAsync(JobsServer.DatabaseIn(data), settings.Jobs);

        await using var server = await JobsServer.StartAsync(data, "--RateLimit:Enabled=false", "--Worker:Enabled=false");
        using var client = new HttpClient(new HttpClientHandler { CookieContainer = new CookieContainer() }) { BaseAddress = server.Url };
        using var form = new FormUrlEncodedContent([new("token", JobsServer.Token)]);
        using (var signIn = await client.PostAsync("/dashboard/sign-in", form))
            signIn.EnsureSuccessStatusCode();

        var table = new ResultTable(output, $"Dashboard over {settings.Jobs:N0} jobs, {PerPage} requests a page, one at a time");
        (string Name, string Path)[] pages =
        [
            ("overview", ""), ("jobs, the newest", "/jobs"), ("jobs, page 100", "/jobs?page=100"), ("jobs in a state", "/jobs?phases=finished"),
            ("jobs in a rare state", "/jobs?phases=expired"), ("jobs of an operation", "/jobs?operations=op-0.run"), ("jobs of an operation, page 100", "/jobs?operations=op-0.run&page=100"),
            ("jobs of a resource, none", "/jobs?resource_guids=none"), ("jobs by label, none", "/jobs?label_selector=env%3Dnone"),
            ("a job by guid", $"/jobs?guids={some}"), ("a job", $"/jobs/{some}"), ("queues", "/queues"), ("operations", "/operations"), ("workers", "/workers"),
            ("errors", "/errors"),
        ];
        foreach (var (name, path) in pages)
        {
            var took = await TimeAsync(client, $"/dashboard{path}");
            table.Add(name, "ms: p50, p95, p99", [At(took, 0.50), At(took, 0.95), At(took, 0.99)], "p99 < 100");
        }
    }

    private static async Task<Guid> FillAsync(string database, int jobs)
    {
        var some = Guid.Empty;
        await using var open = await OpenStore.AtAsync(database);
        for (var done = 0; done < jobs; done += Bulk)
            await StoreFill.FinishedAsync(open, $"op-{done / Bulk % Operations}.run", Math.Min(Bulk, jobs - done), guid => some = guid);

        return some;
    }

    private static async Task<double[]> TimeAsync(HttpClient client, string path)
    {
        var took = new List<double>(PerPage);
        for (var request = 0; request < WarmUp + PerPage; request++)
        {
            var started = Stopwatch.GetTimestamp();
            using var answer = await client.GetAsync(path);
            await answer.Content.ReadAsByteArrayAsync();
            answer.EnsureSuccessStatusCode();
            if (request >= WarmUp)
                took.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return [.. took.Order()];
    }

    private static double At(double[] sorted, double part) => sorted[(int)Math.Min(sorted.Length - 1, sorted.Length * part)];
}
