using System.Net;

namespace CloudController.Jobs.Cli.Torture;

/// <summary>Submitters that do not give up: each job is sent with a key of its own, to one node or another, until it is accepted.</summary>
internal sealed class Load : IAsyncDisposable
{
    private const int Submitters = 8;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(150);

    private readonly Cluster cluster;
    private readonly TimeProvider time;
    private readonly Func<int, Kind> kindOf;
    private readonly CancellationToken abandoned;
    private readonly CancellationTokenSource stop = new();
    private readonly Task submitting;

    /// <param name="cluster">Whose nodes it is sent to.</param>
    /// <param name="time">The clock.</param>
    /// <param name="kindOf">What kind of job each number is.</param>
    /// <param name="abandoned">Ends it at once.</param>
    public Load(Cluster cluster, TimeProvider time, Func<int, Kind> kindOf, CancellationToken abandoned)
    {
        (this.cluster, this.time, this.kindOf, this.abandoned) = (cluster, time, kindOf, abandoned);
        submitting = Task.WhenAll(Enumerable.Range(1, Submitters).Select(SubmitAsync));
    }

    /// <summary>Ends it once all that was begun has been accepted.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await submitting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
        abandoned.ThrowIfCancellationRequested();
        await submitting;
    }

    private async Task SubmitAsync(int submitter)
    {
        using var pace = new PeriodicTimer(Pace, time);
        for (var number = submitter; !stop.IsCancellationRequested; number += Submitters)
        {
            while (!await TrySubmitAsync($"job-{number}", kindOf(number)))
            {
                cluster.Ledger.SendAgain();
                await pace.WaitForNextTickAsync(abandoned);
            }

            await pace.WaitForNextTickAsync(abandoned);
        }
    }

    private async Task<bool> TrySubmitAsync(string key, Kind kind)
    {
        var node = cluster.AnyNode;
        Answer answer;
        try
        {
            answer = await Answer.ToAsync(cluster.Http, HttpMethod.Post, new Uri(node.Address, "/v3/jobs"), kind.Job, key, abandoned);
        }
        catch (Exception exception) when (Cluster.IsNoAnswer(exception, abandoned))
        {
            // Whether the node kept the job before it was killed or stood still is not known, so the same key is sent again.
            if (!node.WasDown)
                cluster.Ledger.Violate(Promise.AsSaid, null, $"a node that was up left a request without an answer: {exception.Message}");

            return false;
        }

        if (answer.Status == HttpStatusCode.Accepted)
        {
            cluster.Ledger.Accept(answer.Body.GetProperty("guid").GetString()!, kind);
            return true;
        }

        if (answer is not { Status: HttpStatusCode.ServiceUnavailable, HasRetryAfter: true, Title: "CF-ServiceUnavailable" })
        {
            var when = answer.HasRetryAfter ? "with" : "without";
            cluster.Ledger.Violate(Promise.AsSaid, null, $"a submit was answered {(int)answer.Status} {answer.Title}, {when} Retry-After");
        }

        return false;
    }
}
