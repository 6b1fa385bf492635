using CloudController.Jobs.AspNetCore.Pages;
using CloudController.Jobs.Dashboard.Showing;
using CloudController.Jobs.Dashboard.Visits;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Dashboard.Workers;

/// <summary>The live nodes and leasing workers.</summary>
internal sealed class WorkersRoute(IJobStore store)
{
    private const int MostShown = 500;

    public async Task<Answer> ShowAsync(Visit visit) =>
        new Answer.Page(Section.Workers, "Workers", Of(visit, await store.ListWorkersAsync(visit.Stop))) { RefreshSeconds = 5 };

    private static Html Of(Visit visit, IReadOnlyList<WorkerStatus> workers)
    {
        Html list = workers.Count == 0
            ? (Html)$"""<p class="empty">No worker is live: nothing will run until one is.</p>"""
            : $"""
                <div class="card table"><table>
                <thead><tr><th scope="col">Worker</th><th scope="col">Runs</th><th scope="col">Queues</th><th scope="col">Operations</th><th scope="col">Sign of life</th></tr></thead>
                <tbody>{workers.Take(MostShown).Select(worker => Row(visit, worker))}</tbody>
                </table></div>
                """;
        return $"""<section data-part="workers" aria-label="Live workers">{list}</section>""";
    }

    private static Html Row(Visit visit, WorkerStatus worker)
    {
        var (kind, serves) = (worker.Holder is { } holder ? $"leases as {holder.Subject}" : "node", worker.Serves);
        return $"""
            <tr><td><span class="mono"><bdi>{worker.Name}</bdi></span><br><span class="muted small"><bdi>{kind}</bdi>{(serves.Version is { } version ? $", version {version}" : "")}</span></td>
            <td class="number">{worker.Running}</td><td>{Names(serves.Queues)}</td><td>{Names(serves.Operations.Order(StringComparer.Ordinal))}</td>
            <td>{Show.Ago(worker.LastHeartbeatAt, visit.Now)}</td></tr>
            """;
    }

    private static string Names(IEnumerable<string>? names) => names is null ? "all" : string.Join(", ", names) is { Length: > 0 } some ? some : "none";
}
