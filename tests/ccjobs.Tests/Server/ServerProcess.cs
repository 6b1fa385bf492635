using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace CloudController.Jobs.Cli.Tests.Server;

/// <summary>A server as a process of its own, on a free port, with its data in a directory that the test gives; it goes with the test.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const string Listening = "Listening:";
    private const string LastLine = "First job:";
    private const int MostTries = 10;

    private readonly Ccjobs process;
    private readonly Task<Ended> ended;

    private ServerProcess(Ccjobs process, IReadOnlyList<string> banner, string directory)
    {
        this.process = process;
        Banner = banner;
        ended = process.EndAsync();
        var listening = banner.Single(line => line.StartsWith(Listening, StringComparison.Ordinal));
        Http = new HttpClient { BaseAddress = new Uri(listening[Listening.Length..].Trim()) };
        var token = Path.Combine(directory, "data", "admin-token");
        if (File.Exists(token))
            Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("bearer", File.ReadAllText(token).Trim());
    }

    /// <summary>What it said until it was ready. Not its log, whose lines come when they come, between these perhaps.</summary>
    public IReadOnlyList<string> Banner { get; }

    /// <summary>Calls it, with the generated token where there is one.</summary>
    public HttpClient Http { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Starts one and waits until it is ready.</summary>
    /// <param name="directory">Where it runs; its data are in <c>data</c> below.</param>
    /// <param name="settings">As <c>--Key=value</c>.</param>
    public static async Task<ServerProcess> StartAsync(TemporaryDirectory directory, params string[] settings)
    {
        var process = Ccjobs.Start(new Setting(directory.Path), ["server", "--urls=http://127.0.0.1:0", .. settings]);
        var banner = new List<string>();
        while (await process.ReadLineAsync() is { } line)
        {
            if (!Ccjobs.IsOfLog(line))
                banner.Add(line);
            if (line.StartsWith(LastLine, StringComparison.Ordinal))
                return new ServerProcess(process, banner, directory.Path);
        }

        using (process)
            throw new InvalidOperationException($"The server did not start: {(await process.EndAsync()).Error}");
    }

    /// <summary>Submits a job.</summary>
    /// <returns>Its guid.</returns>
    public async Task<string> SubmitAsync(string job)
    {
        var key = Guid.NewGuid().ToString();
        using var response = await SendAsync(() => new HttpRequestMessage(HttpMethod.Post, "/v3/jobs")
        {
            Content = new StringContent(job, Encoding.UTF8, "application/json"),
            Headers = { { "Idempotency-Key", key } },
        });
        var body = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True((int)response.StatusCode == 202, body);
        return JsonDocument.Parse(body).RootElement.GetProperty("guid").GetString()!;
    }

    /// <summary>Reads a job.</summary>
    public async Task<JsonElement> ReadAsync(string guid)
    {
        using var response = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, $"/v3/jobs/{guid}"));
        response.EnsureSuccessStatusCode();
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancellation)).RootElement;
    }

    /// <summary>Waits until a job is in a phase: each answer but the first is held until something changed.</summary>
    public async Task<JsonElement> WaitForAsync(string guid, string phase, int run = 0)
    {
        string? seen = null;
        while (true)
        {
            using var response = await SendAsync(() =>
            {
                var request = new HttpRequestMessage(HttpMethod.Get, $"/v3/jobs/{guid}");
                if (seen is not null)
                {
                    request.Headers.Add("Prefer", "wait=30");
                    request.Headers.Add("If-None-Match", seen);
                }

                return request;
            });
            if (response.StatusCode == HttpStatusCode.NotModified)
                continue;

            var body = await response.Content.ReadAsStringAsync(Cancellation);
            var job = JsonDocument.Parse(body).RootElement;
            if (job.GetProperty("phase").GetString() == phase && job.GetProperty("run").GetInt32() >= run)
                return job;

            Assert.False(job.GetProperty("state").GetString() is "COMPLETE" or "FAILED", body);
            seen = response.Headers.ETag?.ToString();
        }
    }

    /// <summary>Sends a request that may be repeated. A database that stands still for seconds is out of reach meanwhile; who is told so asks again, as the
    /// answer says.</summary>
    public async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> request)
    {
        for (var tries = 1; ; tries++)
        {
            using var next = request();
            var response = await Http.SendAsync(next, Cancellation);
            if (response.StatusCode != HttpStatusCode.ServiceUnavailable || tries == MostTries)
                return response;

            using (response)
                await Task.Delay(response.Headers.RetryAfter?.Delta ?? TimeSpan.Zero, TimeProvider.System, Cancellation);
        }
    }

    public Task SignalAsync(string signal) => process.SignalAsync(signal);

    /// <summary>Waits for its end.</summary>
    public Task<Ended> EndAsync() => ended;

    public void Dispose()
    {
        Http.Dispose();
        process.Dispose();
    }
}
