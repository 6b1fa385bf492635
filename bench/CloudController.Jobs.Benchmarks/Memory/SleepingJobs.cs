using System.Net.Http.Json;
using System.Text.Json;
using CloudController.Jobs.Benchmarks.Measuring;

namespace CloudController.Jobs.Benchmarks.Memory;

/// <summary>What a server needs while 10,000 jobs run that do nothing but sleep.</summary>
internal static class SleepingJobs
{
    private const int Jobs = 10_000;
    private const int Bulk = 1_000;
    private const string Body = """{"operation":"sleep","arguments":{"seconds":600}}""";
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task RunAsync(BenchmarkSettings settings, TextWriter output)
    {
        var (resident, threads) = (new List<double>(), new List<double>());
        for (var i = 0; i < settings.Repetitions; i++)
        {
            using var scratch = new ScratchDirectory(settings.Directory);
            await using var server = await JobsServer.StartAsync(scratch.Path, $"--Worker:Concurrency={Jobs}", "--Worker:DrainTimeoutSeconds=0");
            using var client = server.CreateClient();
            await SubmitAsync(client);
            await AllRunAsync(client);
            await Task.Delay(Settling);
            resident.Add(server.Process.ResidentMiB);
            threads.Add(server.Process.Threads);
        }

        var table = new ResultTable(output, $"{Jobs:N0} sleeping jobs at once");
        table.Add("resident memory", "MiB", resident, "< 200");
        table.Add("threads", "", threads, "none each");
    }

    private static async Task SubmitAsync(HttpClient client)
    {
        var jobs = string.Join(',', Enumerable.Repeat(Body, Bulk));
        for (var i = 0; i < Jobs / Bulk; i++)
        {
            using var body = new StringContent($$"""{"jobs":[{{jobs}}]}""", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
            using var response = await client.PostAsync(new Uri("/v3/jobs/actions/bulk", UriKind.Relative), body);
            response.EnsureSuccessStatusCode();
        }
    }

    private static async Task AllRunAsync(HttpClient client)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await RunningAsync(client, patience.Token) < Jobs)
            await Task.Delay(500, patience.Token);
    }

    private static async Task<int> RunningAsync(HttpClient client, CancellationToken cancellationToken)
    {
        var page = await client.GetFromJsonAsync<JsonElement>(new Uri("/v3/jobs?phases=running&per_page=1", UriKind.Relative), cancellationToken);
        return page.GetProperty("pagination").GetProperty("total_results").GetInt32();
    }
}
