using CloudController.Jobs.Cli.Tests.Handlers;
using Microsoft.AspNetCore.Http;

namespace CloudController.Jobs.Cli.Tests.Server;

/// <summary>Jobs whose runs go on until the test lets them end: requests to a far side that does not answer before.</summary>
internal sealed class HeldRuns : IAsyncDisposable
{
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FarSide? farSide;

    /// <summary>What a server needs that runs them.</summary>
    public static string[] Settings { get; } = ["--Http:AllowPrivateNetworks=true", "--Http:AllowedHosts:0=127.0.0.1"];

    /// <summary>To submit.</summary>
    public string Job => $$"""{"operation":"http.request","arguments":{"url":"{{farSide!.Url()}}","timeout_seconds":3600} }""";

    public static async Task<HeldRuns> StartAsync()
    {
        var runs = new HeldRuns();
        runs.farSide = await FarSide.StartAsync(runs.AnswerAsync);
        return runs;
    }

    /// <summary>Waits until the next run has begun.</summary>
    public Task BeginAsync() => farSide!.NextAsync();

    /// <summary>Lets those that go on end, and those that come.</summary>
    public void End() => ended.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        End();
        await farSide!.DisposeAsync();
    }

    // A server that was killed waits no longer.
    private async Task AnswerAsync(HttpContext context) =>
        await ended.Task.WaitAsync(context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
