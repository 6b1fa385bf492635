using CloudController.Jobs.Errors;
using CloudController.Jobs.Storage;
using Npgsql;

namespace CloudController.Jobs.PostgreSql;

public sealed partial class PostgreSqlJobStore
{
    // So many jobs are changed in one transaction that nobody waits long for their rows.
    private const int ChangedAtOnce = 250;

    /// <summary>How a life goes on when someone does something to it; <see langword="null"/>: it does not allow that.</summary>
    private delegate JobLifecycle? Act(JobLifecycle life, DateTimeOffset now);

    /// <summary>The statements that write how lives go on.</summary>
    private delegate void Write(RoundTrip trip, IReadOnlyList<(Job Before, JobLifecycle Next)> changed, long at);

    /// <inheritdoc/>
    public Task<ActionResult> CancelAsync(Guid job, CancellationToken cancellationToken) => ActAsync(job, Cancel, WriteCancels, cancellationToken);

    /// <inheritdoc/>
    public Task<ActionResult> RetryAsync(Guid job, CancellationToken cancellationToken) => ActAsync(job, Retry, WriteRetries, cancellationToken);

    /// <inheritdoc/>
    public Task<ActionResult> DeleteAsync(Guid job, CancellationToken cancellationToken) => ActAsync(job, Delete, WriteDeletions, cancellationToken);

    /// <inheritdoc/>
    public Task<ManyResult> CancelManyAsync(JobFilter filter, int limit, CancellationToken cancellationToken) =>
        ActOnManyAsync(filter, limit, static phase => !phase.IsTerminal(), Cancel, WriteCancels, cancellationToken);

    /// <inheritdoc/>
    public Task<ManyResult> RetryManyAsync(JobFilter filter, int limit, CancellationToken cancellationToken) =>
        ActOnManyAsync(filter, limit, static phase => phase > JobPhase.Finished, Retry, WriteRetries, cancellationToken);

    private async Task<ActionResult> ActAsync(
        Guid job, Act act, Write write, CancellationToken cancellationToken) =>
        (await ActAsync([job], phases: null, act, write, cancellationToken)) is [var only] ? only.Result : new ActionResult(null, Accepted: false);

    private async Task<ManyResult> ActOnManyAsync(
        JobFilter filter, int limit, Func<JobPhase, bool> canChange, Act act, Write write, CancellationToken cancellationToken)
    {
        var jobs = await ChooseAsync(filter, limit, canChange, cancellationToken);
        var (matched, changed, refused) = (0, 0, 0);
        foreach (var some in jobs.Chunk(ChangedAtOnce))
        {
            var results = await ActAsync(some, filter.Phases, act, write, cancellationToken);
            matched += results.Count;
            changed += results.Count(one => one.Changed);
            refused += results.Count(one => !one.Result.Accepted);
        }

        return new ManyResult(matched, changed, refused);
    }

    // Those that can change come first: the same call again then gets to those that were over the limit.
    private async Task<List<Guid>> ChooseAsync(JobFilter filter, int limit, Func<JobPhase, bool> canChange, CancellationToken cancellationToken)
    {
        var phases = (filter.Phases ?? Enum.GetValues<JobPhase>()).ToLookup(canChange);
        var trip = new RoundTrip();
        foreach (var can in (ReadOnlySpan<bool>)[true, false])
        {
            new PostgreSqlListing(queries.Schema, filter with { Phases = [.. phases[can]] }).AddOldest(trip, limit);
        }

        return await database.RunAsync(
            trip,
            async reader =>
            {
                var first = await ReadGuidsAsync(reader, cancellationToken);
                await reader.NextResultAsync(cancellationToken);
                return (List<Guid>)[.. first, .. (await ReadGuidsAsync(reader, cancellationToken)).Take(limit - first.Count)];
            },
            cancellationToken);
    }

    /// <returns>Those that are held, and in one of the phases.</returns>
    private async Task<List<(ActionResult Result, bool Changed)>> ActAsync(
        Guid[] jobs, IReadOnlyList<JobPhase>? phases, Act act, Write write, CancellationToken cancellationToken)
    {
        var changes = new Changes();
        var results = await database.InTransactionAsync(
            async transaction =>
            {
                changes = new Changes();
                var (rows, now) = await FindToChangeAsync(transaction, jobs, cancellationToken);
                var found = (await names.NameAsync(rows, cancellationToken)).Where(job => phases?.Contains(job.Lifecycle.Phase) != false);
                var acted = found.Select(job => (Before: job, Next: act(job.Lifecycle, now))).ToList();
                var changed = acted.Where(one => one.Next is not null && !ReferenceEquals(one.Next, one.Before.Lifecycle)).ToList();
                var trip = new RoundTrip();
                write(trip, changed.ConvertAll(one => (one.Before, one.Next!)), now.ToUnixTimeMilliseconds());
                if (trip.Batch.BatchCommands.Count > 0)
                {
                    await transaction.RunAsync(trip, cancellationToken);
                }

                foreach (var (before, next) in changed)
                {
                    changes.Changed(before.Guid, next!.Phase, next.RunAt);
                    if (next is { Phase: JobPhase.Queued, ExpiresAt: { } expiresAt })
                    {
                        changes.FallsDue(expiresAt);
                    }
                }

                return acted.ConvertAll(one => Result(one.Before, one.Next, now));
            },
            cancellationToken);
        Publish(changes);
        return results;
    }

    private static (ActionResult Result, bool Changed) Result(Job before, JobLifecycle? next, DateTimeOffset now)
    {
        if (next is null || ReferenceEquals(next, before.Lifecycle))
        {
            return (new ActionResult(before, Accepted: next is not null), false);
        }

        return (new ActionResult(before with { Lifecycle = next, UpdatedAt = now }, Accepted: true), true);
    }

    private async Task<(List<JobRow> Rows, DateTimeOffset Now)> FindToChangeAsync(
        PostgreSqlTransaction transaction, Guid[] jobs, CancellationToken cancellationToken) => await transaction.RunAsync(
        RoundTrip.Of(queries.FindToChange, parameters => parameters.Bind("guids", jobs).Bind("now", Now)),
        async reader =>
        {
            var rows = new List<JobRow>();
            var now = DateTimeOffset.UnixEpoch;
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Add(JobRow.Read(reader));
                now = reader.Instant(JobRow.Columns);
            }

            return (rows, now);
        },
        cancellationToken);

    private JobLifecycle? Cancel(JobLifecycle life, DateTimeOffset now) => life.RequestCancel(now, WellKnownErrors.JobCancelled(errors));

    private void WriteCancels(RoundTrip trip, IReadOnlyList<(Job Before, JobLifecycle Next)> changed, long at)
    {
        var running = changed.Where(one => one.Next.Phase == JobPhase.Running).Select(one => one.Before.Guid).ToArray();
        if (running.Length > 0)
        {
            trip.Add(queries.RequestCancel).Bind("guids", running).Bind("at", at);
        }

        var waiting = changed.Where(one => one.Next.Phase != JobPhase.Running).Select(one => one.Before.Guid).ToArray();
        if (waiting.Length > 0)
        {
            trip.Add(queries.Cancel).Bind("guids", waiting).Bind("at", at).Bind("errors", StoredText.Errors([WellKnownErrors.JobCancelled(errors)]));
        }
    }

    private static JobLifecycle? Retry(JobLifecycle life, DateTimeOffset now) => life.Retry(now);

    private void WriteRetries(RoundTrip trip, IReadOnlyList<(Job Before, JobLifecycle Next)> changed, long at)
    {
        if (changed.Count > 0)
        {
            trip.Add(queries.Retry).Bind("guids", [.. changed.Select(one => one.Before.Guid)]).Bind("at", at);
        }
    }

    // The one that goes keeps its life: a copy tells those who follow it that something happened.
    private static JobLifecycle? Delete(JobLifecycle life, DateTimeOffset now) => life.Phase.IsTerminal() ? life with { } : null;

    private void WriteDeletions(RoundTrip trip, IReadOnlyList<(Job Before, JobLifecycle Next)> changed, long at)
    {
        if (changed.Count > 0)
        {
            trip.Add(queries.Delete).Bind("guids", [.. changed.Select(one => one.Before.Guid)]);
        }
    }

    private static async Task<List<Guid>> ReadGuidsAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var guids = new List<Guid>();
        while (await reader.ReadAsync(cancellationToken))
        {
            guids.Add(reader.GetGuid(0));
        }

        return guids;
    }
}
