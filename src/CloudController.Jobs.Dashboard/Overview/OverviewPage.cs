using CloudController.Jobs.AspNetCore.Pages;
using CloudController.Jobs.Dashboard.Queues;
using CloudController.Jobs.Dashboard.Showing;
using CloudController.Jobs.Dashboard.Visits;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Dashboard.Overview;

internal static class OverviewPage
{
    private const int MostQueues = 10;

    private static readonly (string Name, JobPhase[] Phases, string Search)[] Groups =
    [
        ("Waiting", [JobPhase.Queued, JobPhase.PollDue], "queued"),
        ("Later", [JobPhase.Scheduled, JobPhase.Polling], "scheduled"),
        ("Running", [JobPhase.Running], "running"),
        ("Failed", [JobPhase.Failed], "failed"),
        ("Finished", [JobPhase.Finished], "finished"),
    ];

    public static Html Of(
        Visit visit, IReadOnlyList<QueueStatus> queues, IReadOnlyList<QueueStatus> operations, IReadOnlyList<WorkerStatus> workers, Html charts) => $"""
        <div data-part="notes" class="stack">{Notes(visit, queues, operations, workers)}</div>
        <ul class="tiles" data-part="tiles">{Groups.Select(group => Tile(visit, queues, group.Name, group.Phases, group.Search))}{Oldest(visit, queues)}</ul>
        <div data-part="charts">{charts}</div>
        <section data-part="depth" aria-label="Queues">{Depth(visit, queues)}</section>
        """;

    private static Html Notes(
        Visit visit, IReadOnlyList<QueueStatus> queues, IReadOnlyList<QueueStatus> operations, IReadOnlyList<WorkerStatus> workers)
    {
        Html nobody = workers.Any(worker => worker.Serves.Operations.Count > 0)
            ? Html.None
            : $"""<p class="notice bad">No worker is live: nothing will run until one is.</p>""";
        return $"""
            {nobody}
            {queues.Where(queue => queue.Pause is not null).Take(10).Select(queue => Paused(visit, QueueKind.Queue, queue))}
            {operations.Where(operation => operation.Pause is not null).Take(10).Select(operation => Paused(visit, QueueKind.Operation, operation))}
            """;
    }

    private static Html Paused(Visit visit, QueueKind kind, QueueStatus queue) => $"""
        <p class="notice warn">The {kind.Name} <a href="{visit.Root}/{kind.Path}"><strong>{queue.Name}</strong></a> stands still. {QueuesPage.Pause(queue.Pause!, visit.Now)}</p>
        """;

    private static Html Tile(Visit visit, IReadOnlyList<QueueStatus> queues, string name, JobPhase[] phases, string search)
    {
        var counts = queues.SelectMany(queue => phases.Select(phase => queue.Counts.GetValueOrDefault(phase))).ToList();
        var more = counts.Any(count => count > QueueStatus.CountedUpTo) ? "+" : "";
        var sum = counts.Sum(count => (long)Math.Min(count, QueueStatus.CountedUpTo));
        return $"""<li><a class="card tile" href="{visit.Root}/jobs?phases={search}"><span class="muted">{name}</span><strong class="number">{Show.Number(sum)}{more}</strong></a></li>""";
    }

    private static Html Depth(Visit visit, IReadOnlyList<QueueStatus> queues)
    {
        var deepest = queues.OrderByDescending(Waiting).ThenByDescending(queue => queue.Counts.GetValueOrDefault(JobPhase.Running)).Take(MostQueues).ToList();
        if (deepest.Count == 0)
            return Html.None;

        return $"""
            <div class="card table"><table>
            <thead><tr><th scope="col">Queue</th><th scope="col">Waiting</th><th scope="col">Waits longest</th><th scope="col">Running</th><th scope="col" class="wide">Later</th><th scope="col">Failed</th></tr></thead>
            <tbody>{deepest.Select(queue => Row(visit, queue))}</tbody>
            </table></div>
            """;
    }

    private static Html Row(Visit visit, QueueStatus queue)
    {
        Html paused = queue.Pause is null ? Html.None : $""" <span class="badge warn">paused</span>""";
        return $"""
            <tr><td><a href="{visit.Root}/jobs?queues={Uri.EscapeDataString(queue.Name)}">{queue.Name}</a>{paused}</td><td class="number">{Show.Count(Waiting(queue), QueueStatus.CountedUpTo)}</td>
            <td class="number">{(queue.OldestWaitingSince is { } since ? Show.Span(visit.Now - since) : "–")}</td><td class="number">{Count(queue, JobPhase.Running)}</td>
            <td class="number wide">{Show.Count(queue.Counts.GetValueOrDefault(JobPhase.Scheduled) + queue.Counts.GetValueOrDefault(JobPhase.Polling), QueueStatus.CountedUpTo)}</td><td class="number">{Count(queue, JobPhase.Failed)}</td></tr>
            """;
    }

    private static int Waiting(QueueStatus queue) => queue.Counts.GetValueOrDefault(JobPhase.Queued) + queue.Counts.GetValueOrDefault(JobPhase.PollDue);

    private static string Count(QueueStatus queue, JobPhase phase) => Show.Count(queue.Counts.GetValueOrDefault(phase), QueueStatus.CountedUpTo);

    private static Html Oldest(Visit visit, IReadOnlyList<QueueStatus> queues)
    {
        var since = queues.Min(queue => queue.OldestWaitingSince);
        return $"""<li><a class="card tile" href="{visit.Root}/queues"><span class="muted">Waits longest</span><strong class="number">{(since is { } at ? Show.Span(visit.Now - at) : "–")}</strong></a></li>""";
    }
}
