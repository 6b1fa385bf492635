using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using CloudController.Jobs.Benchmarks.Measuring;

namespace CloudController.Jobs.Benchmarks.Memory;

/// <summary>What a server needs while followers wait for news of jobs that do not change, each of a job of its own: memory for each, and the share of a core
/// beside the same server without them.</summary>
internal static class IdleFollowers
{
    private const int Most = 10_000;
    private const int OfOneUser = 1_000;
    private const int Bulk = 1_000;
    private const int AtOnce = 50;
    private const string Body = """{"operation":"noop","run_at":"2999-01-01T00:00:00Z"}""";
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(30);

    public static async Task RunAsync(BenchmarkSettings settings, TextWriter output)
    {
        var followers = Math.Min(Most, settings.Jobs);
        var users = ((followers - 1) / OfOneUser) + 1;
        var (resident, each, share, beside, threads) =
            (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var i = 0; i < settings.Repetitions; i++)
        {
            using var scratch = new ScratchDirectory(settings.Directory);
            await using var server = await JobsServer.StartAsync(scratch.Path, Enumerable.Range(1, users).SelectMany(UserSettings));
            var jobs = await SubmitAsync(server, followers);
            await Task.Delay(Settling);
            var before = server.Process.ResidentMiB;
            beside.Add(await ShareAsync(server));

            var streams = await FollowAsync(server, jobs);
            await Task.Delay(Settling);
            share.Add(await ShareAsync(server));
            resident.Add(server.Process.ResidentMiB);
            each.Add((server.Process.ResidentMiB - before) * 1024 / followers);
            threads.Add(server.Process.Threads);
            streams.ForEach(stream => stream.Dispose());
        }

        var table = new ResultTable(output, $"{followers:N0} followers of as many jobs, none of which changes");
        table.Add("resident memory", "MiB", resident, $"< 250 with {Most:N0}");
        table.Add("of it for each follower", "KiB", each);
        table.Add("share of a core", "%", share, $"< 5 with {Most:N0}");
        table.Add("share of a core without them", "%", beside);
        table.Add("threads", "", threads, "none each");
    }

    private static IEnumerable<string> UserSettings(int user) =>
    [
        $"--Auth:Tokens:{user}:Token={TokenOf(user)}", $"--Auth:Tokens:{user}:Name=follower-{user}",
        $"--Auth:Tokens:{user}:Scopes:0=cloud_controller.admin_read_only",
    ];

    private static string TokenOf(int user) => $"follower-token-of-some-length-{user:00000000}";

    private static async Task<double> ShareAsync(JobsServer server)
    {
        var before = server.Process.ProcessorTime;
        await Task.Delay(Rest);
        return (server.Process.ProcessorTime - before) / Rest * 100;
    }

    private static async Task<List<string>> SubmitAsync(JobsServer server, int count)
    {
        using var client = server.CreateClient();
        var guids = new List<string>();
        while (guids.Count < count)
        {
            var jobs = string.Join(',', Enumerable.Repeat(Body, Math.Min(Bulk, count - guids.Count)));
            using var body = new StringContent($$"""{"jobs":[{{jobs}}]}""", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
            using var response = await client.PostAsync(new Uri("/v3/jobs/actions/bulk", UriKind.Relative), body);
            using var submitted = JsonDocument.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync());
            guids.AddRange(submitted.RootElement.GetProperty("resources").EnumerateArray().Select(job => job.GetProperty("guid").GetString()!));
        }

        return guids;
    }

    // Few at a time, and no faster than the limit on each user's requests lets them.
    private static async Task<List<TcpClient>> FollowAsync(JobsServer server, List<string> jobs)
    {
        var streams = new List<TcpClient>();
        foreach (var some in jobs.Index().Chunk(AtOnce))
        {
            streams.AddRange(await Task.WhenAll(some.Select(job => FollowAsync(server, job.Item, TokenOf((job.Index / OfOneUser) + 1)))));
            await Task.Delay(AtOnce * 2);
        }

        return streams;
    }

    private static async Task<TcpClient> FollowAsync(JobsServer server, string job, string token)
    {
        var socket = new TcpClient();
        await socket.ConnectAsync(server.Url.Host, server.Url.Port);
        var request = $"GET /v3/jobs/{job}/events HTTP/1.1\r\nHost: {server.Url.Authority}\r\nAuthorization: bearer {token}\r\n\r\n";
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));

        var (bytes, read) = (new byte[4_096], 0);
        while (!Encoding.ASCII.GetString(bytes, 0, read).Contains("event: progress", StringComparison.Ordinal))
        {
            var more = await socket.GetStream().ReadAsync(bytes.AsMemory(read));
            if (more == 0)
                throw new InvalidOperationException($"A stream did not begin: {Encoding.ASCII.GetString(bytes, 0, read)}");

            read += more;
        }

        return socket;
    }
}
