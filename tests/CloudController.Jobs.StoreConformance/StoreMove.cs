using CsCheck;

namespace CloudController.Jobs.StoreConformance;

/// <summary>Something that someone does to a store. Jobs and runs are picked by number, from all there have been.</summary>
internal abstract record StoreMove
{
    private static readonly Gen<int> Picks = Gen.Int[0, 99];

    private static readonly Gen<RunEnd> Ends = Gen.OneOf<RunEnd>(
        Gen.Const(Some.Finished),
        Gen.Select(Gen.Bool, Gen.Int[0, 90].Nullable(), (final, retryIn) =>
            (RunEnd)new RunEnd.Failed([Some.Error]) { Final = final, RetryAt = retryIn is { } at ? StoreModel.Start.AddSeconds(at) : null }),
        Gen.Const<RunEnd>(new RunEnd.TimedOut()),
        Gen.Bool.Select(counts => (RunEnd)new RunEnd.Lost(counts)),
        Gen.Int[0, 20].Select(seconds => (RunEnd)new RunEnd.Released(TimeSpan.FromSeconds(seconds))),
        Gen.Int[1, 20].Select(seconds => (RunEnd)new RunEnd.Polled(TimeSpan.FromSeconds(seconds))),
        Gen.Const<RunEnd>(new RunEnd.Cancelled()));

    /// <summary>Any move, the usual ones more often.</summary>
    public static Gen<StoreMove> Any { get; } = Gen.Frequency(
        (4, Gen.Select(Gen.Int[-2, 2], Gen.Int[-5, 20].Nullable(), Gen.Int[0, 90].Nullable(), Gen.Int[1, 3], Gen.OneOf(20, 3_600),
            (priority, runIn, expiresIn, attempts, timeout) => (StoreMove)new Submit(priority, runIn, expiresIn, attempts, timeout))),
        (5, Gen.OneOf(1, 250, 1_000, 5_000, 10_000, 30_000, 60_000).Select(milliseconds => (StoreMove)new Wait(milliseconds))),
        (3, Gen.Const<StoreMove>(new Promote())),
        (6, Gen.Int[1, 3].Select(limit => (StoreMove)new Claim(limit))),
        (8, Gen.Select(Picks, Ends, (pick, end) => (StoreMove)new Settle(pick, end))),
        (2, Picks.Select(pick => (StoreMove)new Beat(pick))),
        (2, Picks.Select(pick => (StoreMove)new Cancel(pick))),
        (2, Picks.Select(pick => (StoreMove)new Retry(pick))),
        (1, Picks.Select(pick => (StoreMove)new Delete(pick))),
        (3, Gen.Const<StoreMove>(new Rescue())),
        (1, Gen.Const<StoreMove>(new Prune())),
        (1, Gen.Const<StoreMove>(new Reopen())));

    /// <summary>Submits a job.</summary>
    public sealed record Submit(int Priority, int? RunInSeconds, int? ExpiresInSeconds, int MaxAttempts, int TimeoutSeconds) : StoreMove;

    /// <summary>Time passes.</summary>
    public sealed record Wait(int Milliseconds) : StoreMove;

    /// <summary>Sweeps for what is due.</summary>
    public sealed record Promote : StoreMove;

    /// <summary>Claims.</summary>
    public sealed record Claim(int Limit) : StoreMove;

    /// <summary>Ends a run, which may have ended long ago.</summary>
    public sealed record Settle(int Run, RunEnd End) : StoreMove;

    /// <summary>Gives a sign of life of a run, which may have ended long ago.</summary>
    public sealed record Beat(int Run) : StoreMove;

    /// <summary>Cancels a job.</summary>
    public sealed record Cancel(int Job) : StoreMove;

    /// <summary>Retries a job by hand.</summary>
    public sealed record Retry(int Job) : StoreMove;

    /// <summary>Deletes a job.</summary>
    public sealed record Delete(int Job) : StoreMove;

    /// <summary>Ends what is overdue.</summary>
    public sealed record Rescue : StoreMove;

    /// <summary>Forgets what is past retention.</summary>
    public sealed record Prune : StoreMove;

    /// <summary>The process ends, and another opens the store.</summary>
    public sealed record Reopen : StoreMove;
}
