namespace CloudController.Jobs.Cli.Tests.Server;

/// <summary><c>ccjobs worker</c> as a process of its own; it goes with the test.</summary>
internal sealed class StandaloneWorker : IDisposable
{
    private const string Listening = "Listening:";
    private const string LastLine = "Worker:";

    private readonly Ccjobs process;

    private StandaloneWorker(Ccjobs process, IReadOnlyList<string> banner)
    {
        this.process = process;
        Banner = banner;
        Ended = process.EndAsync();
    }

    /// <summary>What it said until it was ready. Not its log, whose lines come when they come, between these perhaps.</summary>
    public IReadOnlyList<string> Banner { get; }

    public int Id => process.Id;

    public Task<Ended> Ended { get; }

    /// <summary>Where it answers probes.</summary>
    public Uri Address => new(Banner.Single(line => line.StartsWith(Listening, StringComparison.Ordinal))[Listening.Length..].Trim());

    /// <summary>Starts one and waits until it is ready.</summary>
    /// <param name="directory">Where it runs.</param>
    /// <param name="settings">As <c>--Key=value</c>.</param>
    public static async Task<StandaloneWorker> StartAsync(TemporaryDirectory directory, params string[] settings)
    {
        var process = Ccjobs.Start(new Setting(directory.Path), ["worker", .. settings]);
        var banner = new List<string>();
        while (await process.ReadLineAsync() is { } line)
        {
            if (!Ccjobs.IsOfLog(line))
                banner.Add(line);
            if (line.StartsWith(LastLine, StringComparison.Ordinal))
                return new StandaloneWorker(process, banner);
        }

        using (process)
            throw new InvalidOperationException($"The worker did not start: {(await process.EndAsync()).Error}");
    }

    public Task SignalAsync(string signal) => process.SignalAsync(signal);

    public void Dispose() => process.Dispose();
}
