using CloudController.Jobs.PostgreSql;
using CloudController.Jobs.Sqlite;
using CloudController.Jobs.Storage;
using CloudController.Jobs.Storage.Moving;

namespace CloudController.Jobs.Cli.Moving;

/// <summary>Takes all that a stopped SQLite store holds to a PostgreSQL database.</summary>
/// <remarks>The source is marked before the first job is copied, and as moved before nodes may work on the target: at no moment could both be worked
/// on, and wherever a move is interrupted, the same again completes it.</remarks>
internal sealed class StoreMove(SqliteMoveSource source, PostgreSqlMoveTarget target, string targetName)
{
    // A batch is one transaction: small enough to be kept in memory, large enough that its commit does not matter.
    private const int BatchJobs = 5_000;
    private const long BatchBytes = 16 * 1024 * 1024;

    /// <summary>Moves everything, or what an interrupted move left.</summary>
    /// <param name="report">Is told how many jobs are held, and of how many.</param>
    /// <param name="cancellationToken">Interrupts it.</param>
    /// <returns>How much is held at the target; <see langword="null"/> where the move had been completed before.</returns>
    /// <exception cref="StoreMovedException">The store was moved elsewhere, or the target is not free.</exception>
    public async Task<MovedCounts?> RunAsync(Action<long, long> report, CancellationToken cancellationToken)
    {
        if (source.Move is { IsFinished: true } finished)
        {
            await FinishAsync(finished, cancellationToken);
            return null;
        }

        var token = source.Move?.Token ?? JobGuid.New(TimeProvider.System.GetUtcNow());
        var place = await target.BeginAsync(token, cancellationToken);
        source.Begin(token, targetName);

        var counts = source.Count();
        await CopyAsync(token, place, jobs => report(jobs, counts.Jobs), cancellationToken);
        await target.CompleteAsync(source.ReadSettings(), counts, cancellationToken);
        source.Finish();
        await target.FinishAsync(token, cancellationToken);
        return counts;
    }

    // The source is marked as moved, but the target may not know that yet.
    private async Task FinishAsync(SqliteMove move, CancellationToken cancellationToken)
    {
        if ((await target.FindMoveAsync(cancellationToken))?.Token != move.Token)
        {
            throw new StoreMovedException($"The store was moved to {move.Target} before, and not to the database that is named now.");
        }

        await target.FinishAsync(move.Token, cancellationToken);
    }

    private async Task CopyAsync(Guid token, long place, Action<long> report, CancellationToken cancellationToken)
    {
        var jobs = source.CountUpTo(place);
        var next = ReadAsync(place);
        try
        {
            while (await next is { Count: > 0 } batch)
            {
                // The next batch is read while this one is written.
                var after = place;
                place = batch[^1].Place;
                next = ReadAsync(place);
                await target.CopyAsync(token, batch, after, cancellationToken);
                report(jobs += batch.Count);
            }
        }
        finally
        {
            // The source is not let go of while it is read.
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task<List<MovedJob>> ReadAsync(long after) => Task.Run(() => source.Read(after, BatchJobs, BatchBytes));
}
