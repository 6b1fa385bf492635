using System.Globalization;
using CloudController.Jobs.Dashboard.Visits;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Dashboard.Queues;

/// <summary>Queues and operations: what they hold, pausing and resuming them, and queues' limits.</summary>
internal sealed class QueueRoutes(IJobStore store)
{
    private const int MaxReason = 1_000;

    public async Task<Answer> ShowQueuesAsync(Visit visit) => new Answer.Page(
        Section.Queues, "Queues", QueuesPage.Of(visit, QueueKind.Queue, await store.ListQueuesAsync(visit.Stop)))
    {
        RefreshSeconds = 5,
    };

    public async Task<Answer> ShowOperationsAsync(Visit visit) => new Answer.Page(
        Section.Operations, "Operations", QueuesPage.Of(visit, QueueKind.Operation, await store.ListOperationsAsync(visit.Stop)))
    {
        RefreshSeconds = 5,
    };

    public Task<Answer> PauseQueueAsync(Visit visit) => PauseAsync(visit, QueueKind.Queue, store.PauseQueueAsync);

    public Task<Answer> ResumeQueueAsync(Visit visit) => ResumeAsync(visit, QueueKind.Queue, store.ResumeQueueAsync);

    /// <summary>All limits are set as the form says: an empty field lifts one.</summary>
    public async Task<Answer> LimitQueueAsync(Visit visit)
    {
        var name = visit.Route("name");
        if (!JobNames.IsValid(name))
            return NoSuch(QueueKind.Queue);

        var (concurrency, count, seconds) = (await visit.FieldAsync("concurrency"), await visit.FieldAsync("count"), await visit.FieldAsync("seconds"));
        if (!TryRead(concurrency, QueueLimits.MaxConcurrency, out var most)
            || !TryRead(count, QueueRate.MaxCount, out var starts)
            || !TryRead(seconds, QueueRate.MaxSeconds, out var span)
            || starts is null != span is null)
        {
            return Notice.Of(
                422, "Not a limit", $"Jobs at once: 1 to {QueueLimits.MaxConcurrency}. Starts: 1 to {QueueRate.MaxCount} within 1 to {QueueRate.MaxSeconds} seconds, both or neither.");
        }

        var change = new QueueLimitsChange(visit.Now, visit.Caller.Owner.Subject)
        {
            ChangesConcurrency = true,
            Concurrency = most,
            ChangesRate = true,
            Rate = starts is { } some && span is { } within ? new QueueRate(some, within) : null,
        };
        await store.LimitQueueAsync(name, change, CancellationToken.None);
        return new Answer.SeeOther(Said.At($"{visit.Root}/{QueueKind.Queue.Path}", "limited"));
    }

    public Task<Answer> PauseOperationAsync(Visit visit) => PauseAsync(visit, QueueKind.Operation, store.PauseOperationAsync);

    public Task<Answer> ResumeOperationAsync(Visit visit) => ResumeAsync(visit, QueueKind.Operation, store.ResumeOperationAsync);

    private static async Task<Answer> PauseAsync(Visit visit, QueueKind kind, Func<string, QueuePause, CancellationToken, Task> pause)
    {
        var name = visit.Route("name");
        if (!JobNames.IsValid(name))
            return NoSuch(kind);

        var reason = (await visit.FieldAsync("reason")).Trim();
        if (reason.Length > MaxReason)
            return Notice.Of(422, "Too long", $"A reason can have {MaxReason} characters.");

        await pause(name, new QueuePause(visit.Now, visit.Caller.Owner.Subject, reason.Length == 0 ? null : reason), CancellationToken.None);
        return new Answer.SeeOther(Said.At($"{visit.Root}/{kind.Path}", "paused"));
    }

    private static async Task<Answer> ResumeAsync(Visit visit, QueueKind kind, Func<string, CancellationToken, Task> resume)
    {
        var name = visit.Route("name");
        if (!JobNames.IsValid(name))
            return NoSuch(kind);

        await resume(name, CancellationToken.None);
        return new Answer.SeeOther(Said.At($"{visit.Root}/{kind.Path}", "resumed"));
    }

    private static bool TryRead(string text, int most, out int? number)
    {
        number = null;
        if (string.IsNullOrWhiteSpace(text))
            return true;

        var isNumber = int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var read) && read >= 1 && read <= most;
        number = isNumber ? read : null;
        return isNumber;
    }

    private static Answer NoSuch(QueueKind kind) => Notice.Of(404, "Not found", $"No {kind.Name} can have that name.");
}

/// <summary>What is counted and paused by name.</summary>
/// <param name="Name">In a sentence.</param>
/// <param name="Path">Its page, and the API's filter by it.</param>
internal sealed record QueueKind(string Name, string Path)
{
    public static QueueKind Queue { get; } = new("queue", "queues");

    public static QueueKind Operation { get; } = new("operation", "operations");
}
