using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using CloudController.Jobs.Benchmarks.Measuring;

namespace CloudController.Jobs.Benchmarks.Estimates;

/// <summary>How far off estimates are: jobs of varying length run on a server, each is asked about once while it runs, and its end is held against the
/// range that the answer gave.</summary>
internal static class EstimateCoverage
{
    private const int Jobs = 800;
    private const int Slots = 100;
    private const int Seed = 20260601;
    private const double AskedEachLook = 0.15;
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);

    public static async Task RunAsync(BenchmarkSettings settings, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"### Estimates of {Jobs} jobs each, {Slots} at once");
        output.WriteLine();
        output.WriteLine("| seconds that a job takes | asked | no estimate | ended within | before | after | width of the range, median |");
        output.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");

        var random = new Random(Seed);
        await MeasureAsync("2 to 12, all alike likely", _ => 2 + (10 * random.NextDouble()), settings, output);
        await MeasureAsync("lognormal, median 5, σ 0.6", _ => 5 * Math.Exp(0.6 * Normal(random)), settings, output);
        await MeasureAsync("4 of 5: 3 ± 0.3; 1 of 5: 15 ± 1.5", _ => (random.Next(5) > 0 ? 3 : 15) * (1 + (0.1 * Normal(random))), settings, output);
        await MeasureAsync("lognormal, median 4, from the 400th on 8", job => (job < Jobs / 2 ? 4 : 8) * Math.Exp(0.3 * Normal(random)), settings, output);
    }

    private static async Task MeasureAsync(string title, Func<int, double> secondsOf, BenchmarkSettings settings, TextWriter output)
    {
        using var scratch = new ScratchDirectory(settings.Directory);
        await using var server = await JobsServer.StartAsync(scratch.Path, $"--Worker:Concurrency={Slots}");
        using var client = server.CreateClient();
        await SubmitAsync(client, [.. Enumerable.Range(0, Jobs).Select(job => Math.Max(0.5, secondsOf(job)))]);
        var estimates = await AskAsync(client);
        var ends = await EndsAsync(client);

        var given = estimates.Where(estimate => estimate.Value is not null).ToDictionary(estimate => estimate.Key, estimate => estimate.Value!.Value);
        var before = given.Count(estimate => ends[estimate.Key] < estimate.Value.Start);
        var after = given.Count(estimate => ends[estimate.Key] > estimate.Value.End);
        var width = Spread.Of([.. given.Values.Select(estimate => (estimate.End - estimate.Start).TotalSeconds)]).Median;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {title} | {estimates.Count} | {estimates.Count - given.Count} | **{Share(given.Count - before - after)}** | {Share(before)} | {Share(after)} | {width:0.#} s |"));
        output.Flush();

        string Share(int count) => string.Create(CultureInfo.InvariantCulture, $"{100.0 * count / given.Count:0} %");
    }

    private static async Task SubmitAsync(HttpClient client, double[] seconds)
    {
        var jobs = seconds.Select(each => string.Create(CultureInfo.InvariantCulture, $$$"""{"operation":"sleep","arguments":{"seconds":{{{each:0.###}}}}}"""));
        using var body = new StringContent($$"""{"jobs":[{{string.Join(',', jobs)}}]}""", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        using var response = await client.PostAsync(new Uri("/v3/jobs/actions/bulk", UriKind.Relative), body);
        response.EnsureSuccessStatusCode();
    }

    // Whether a job is asked about now depends on nothing but that it runs: so that what is learned of it is what a client would learn.
    private static async Task<Dictionary<string, (DateTimeOffset Start, DateTimeOffset End)?>> AskAsync(HttpClient client)
    {
        var random = new Random(Seed);
        var estimates = new Dictionary<string, (DateTimeOffset, DateTimeOffset)?>();
        while (true)
        {
            var running = await ListAsync(client, "phases=running");
            if (running.Count == 0 && (await ListAsync(client, "phases=queued")).Count == 0)
                return estimates;

            foreach (var guid in running.Select(job => job.GetProperty("guid").GetString()!))
            {
                if (!estimates.ContainsKey(guid) && random.NextDouble() < AskedEachLook)
                    estimates[guid] = await ExplainAsync(client, guid);
            }

            await Task.Delay(LookInterval);
        }
    }

    private static async Task<(DateTimeOffset Start, DateTimeOffset End)?> ExplainAsync(HttpClient client, string guid)
    {
        var explanation = await client.GetFromJsonAsync<JsonElement>(new Uri($"/v3/jobs/{guid}/explain", UriKind.Relative));
        var estimate = explanation.GetProperty("estimate");
        return estimate.ValueKind == JsonValueKind.Null
            ? null
            : (estimate.GetProperty("start").GetDateTimeOffset(), estimate.GetProperty("end").GetDateTimeOffset());
    }

    private static async Task<Dictionary<string, DateTimeOffset>> EndsAsync(HttpClient client) =>
        (await ListAsync(client, "phases=finished")).ToDictionary(
            job => job.GetProperty("guid").GetString()!, job => job.GetProperty("finished_at").GetDateTimeOffset());

    private static async Task<List<JsonElement>> ListAsync(HttpClient client, string filter)
    {
        var page = await client.GetFromJsonAsync<JsonElement>(new Uri($"/v3/jobs?{filter}&per_page={Jobs}", UriKind.Relative));
        return [.. page.GetProperty("resources").EnumerateArray()];
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
