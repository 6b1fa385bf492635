using System.Net;
using System.Text.Json;

namespace CloudController.Jobs.Cli.Torture;

/// <summary>A worker that leases over HTTP, from one node or another, and keeps its part of the ledger. One lease in <see cref="StragglesEvery"/> it
/// lets go, as a worker does that stands still, and when it has been taken back hands in a result that is stale by then.</summary>
internal sealed class LeaseWorker : IAsyncDisposable
{
    public const string Operation = "torture.leased";

    private const int StragglesEvery = 10;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    private readonly Cluster cluster;
    private readonly TimeProvider time;
    private readonly CancellationToken abandoned;
    private readonly CancellationTokenSource stop = new();
    private readonly EffectLog effects;
    private readonly Task working;
    private readonly List<Task> straggling = [];
    private int leases;

    /// <param name="cluster">Whose nodes it leases from.</param>
    /// <param name="time">The clock.</param>
    /// <param name="abandoned">Ends it at once.</param>
    public LeaseWorker(Cluster cluster, TimeProvider time, CancellationToken abandoned)
    {
        (this.cluster, this.time, this.abandoned) = (cluster, time, abandoned);
        effects = new EffectLog(cluster.Ledger.NewFile(), time);
        working = WorkAsync();
    }

    /// <summary>Lets it do what it has.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll([working, .. straggling]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
        effects.Dispose();
        abandoned.ThrowIfCancellationRequested();
        await Task.WhenAll([working, .. straggling]);
    }

    private async Task WorkAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            foreach (var lease in await LeaseAsync())
            {
                if (++leases % StragglesEvery == 0)
                    straggling.Add(DoAsync(lease, UntilTakenBackAsync));
                else
                    await DoAsync(lease, (_, _) => Task.Delay(TimeSpan.FromSeconds(Kind.Leased.Seconds), time, abandoned));
            }
        }
    }

    private async Task<IReadOnlyList<JsonElement>> LeaseAsync()
    {
        const string Wanted = $$"""{"worker":"torture","operations":["{{Operation}}"],"max_jobs":1,"wait_seconds":1}""";
        var answer = await SendAsync("/v3/leases", Wanted);
        if (answer is { Status: HttpStatusCode.OK })
            return [.. answer.Body.GetProperty("resources").EnumerateArray()];

        await Task.Delay(Pace, time, abandoned);
        return [];
    }

    private async Task DoAsync(JsonElement lease, Func<string, int, Task> work)
    {
        var (guid, run, attempt) =
            (lease.GetProperty("job").GetProperty("guid").GetString()!, lease.GetProperty("run").GetInt32(), lease.GetProperty("attempt").GetInt32());
        effects.Begin(guid, run, attempt);
        await work(guid, run);
        effects.End(guid, run, attempt);

        var path = $"/v3/leases/{lease.GetProperty("lease").GetString()}/actions/complete";
        Answer? answer;
        while ((answer = await SendAsync(path, "{}")) is null or { Status: HttpStatusCode.ServiceUnavailable })
            await Task.Delay(Pace, time, abandoned);

        if (answer.Status == HttpStatusCode.OK)
            cluster.Ledger.Confirm(guid, run);
        else if (answer.Status == HttpStatusCode.Conflict)
            cluster.Ledger.Refuse();
        else
            cluster.Ledger.Violate(Promise.AsSaid, guid, $"the result of its run {run} was answered {(int)answer.Status}");
    }

    private async Task UntilTakenBackAsync(string guid, int run)
    {
        Standing? job;
        do
        {
            await Task.Delay(Pace, time, abandoned);
            var list = await cluster.AskAsync($"/v3/jobs?guids={guid}", Patience, abandoned);
            job = list.Body.GetProperty("resources").EnumerateArray().Select(Standing.Of).FirstOrDefault();
        }
        while (job is { Phase: "running" } && job.Run == run);
    }

    private async Task<Answer?> SendAsync(string path, string body)
    {
        var node = cluster.AnyNode;
        try
        {
            return await Answer.ToAsync(cluster.Http, HttpMethod.Post, new Uri(node.Address, path), body, null, abandoned);
        }
        catch (Exception exception) when (Cluster.IsNoAnswer(exception, abandoned))
        {
            // It is sent again, perhaps to another node: it has its effect once.
            return null;
        }
    }
}
