using System.Net.Http.Headers;

namespace CloudController.Jobs.Benchmarks.Measuring;

/// <summary><c>ccjobs server</c> as a process of its own: warnings only, a token to submit with, which no limit holds back.</summary>
internal sealed class JobsServer : IAsyncDisposable
{
    public const string Token = "bench-token-of-some-length-0123456789abcdef";

    private JobsServer(ChildProcess process, Uri url) => (Process, Url) = (process, url);

    public ChildProcess Process { get; }

    public Uri Url { get; }

    /// <summary>Where a server keeps its jobs.</summary>
    public static string DatabaseIn(string dataDirectory) => Path.Combine(dataDirectory, "jobs.db");

    public static async Task<JobsServer> StartAsync(string dataDirectory, params IEnumerable<string> settings)
    {
        var url = FreePort.Url();
        string[] common =
        [
            "server", $"--urls={url.GetLeftPart(UriPartial.Authority)}", $"--DataDirectory={dataDirectory}",
            "--Logging:LogLevel:Default=Warning", "--Jobs:MaxOpenPerOwner=100000000", $"--Auth:Tokens:0:Token={Token}", "--Auth:Tokens:0:Name=bench",
            "--Auth:Tokens:0:Scopes:0=cloud_controller.admin",
        ];
        var process = await ChildProcess.StartAsync("ccjobs", dataDirectory, new Uri(url, "/readyz"), [.. common, .. settings]);
        return new JobsServer(process, url);
    }

    /// <summary>A client that may do everything.</summary>
    public HttpClient CreateClient()
    {
        var client = new HttpClient { BaseAddress = Url };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("bearer", Token);
        return client;
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
