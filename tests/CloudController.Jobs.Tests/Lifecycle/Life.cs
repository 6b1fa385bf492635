using CsCheck;

namespace CloudController.Jobs.Tests.Lifecycle;

/// <summary>A job and all that is tried on it; most moves are not allowed where they come, which is the point.</summary>
internal sealed record Life(NewJob Submitted, RunEndRules Rules, Move[] Moves)
{
    private static readonly DateTimeOffset Start = new(2026, 3, 29, 0, 0, 0, TimeSpan.Zero);

    private static readonly Gen<TimeSpan> Waits = Gen.Frequency(
        (3, Gen.Const(TimeSpan.Zero)),
        (3, Gen.Int[1, 20_000].Select(milliseconds => TimeSpan.FromMilliseconds(milliseconds))),
        (1, Gen.Int[1, 48].Select(hours => TimeSpan.FromHours(hours))));

    private static readonly Gen<IReadOnlyList<JobError>> Errors = Gen.Int[1, 3].Select(count =>
        (IReadOnlyList<JobError>)[.. Enumerable.Range(1, count).Select(code => new JobError(code, $"CF-E{code}", "Why."))]);

    /// <summary>Every way in which a run can end.</summary>
    public static Gen<RunEnd> Ends { get; } = Gen.OneOf<RunEnd>(
        Gen.Const<RunEnd>(new RunEnd.Finished()),
        Gen.Select(Errors, Gen.Bool, Gen.Int[0, 20_000].Nullable(), Gen.Int[0, 20_000].Nullable(), (errors, final, retryIn, notBefore) =>
            (RunEnd)new RunEnd.Failed(errors)
            {
                Final = final,
                RetryAt = retryIn is { } at ? Start.AddSeconds(at) : null,
                NotBefore = notBefore is { } earliest ? Start.AddSeconds(earliest) : null,
            }),
        Gen.Const<RunEnd>(new RunEnd.TimedOut()),
        Gen.Bool.Select(counts => (RunEnd)new RunEnd.Lost(counts)),
        Gen.Int[0, 3_600].Select(seconds => (RunEnd)new RunEnd.Released(TimeSpan.FromSeconds(seconds))),
        Gen.Int[1, 86_400].Select(seconds => (RunEnd)new RunEnd.Polled(TimeSpan.FromSeconds(seconds))),
        Gen.Const<RunEnd>(new RunEnd.Cancelled()));

    private static readonly Gen<Move> AnyMove = Gen.Frequency(
        (3, Waits.Select(wait => (Move)new Move.Due(wait))),
        (6, Waits.Select(wait => (Move)new Move.Claim(wait))),
        (1, Waits.Select(wait => (Move)new Move.Expire(wait))),
        (1, Waits.Select(wait => (Move)new Move.Cancel(wait))),
        (1, Waits.Select(wait => (Move)new Move.Retry(wait))),
        (8, Gen.Select(Waits, Ends, (wait, how) => (Move)new Move.End(wait, how))));

    private static readonly Gen<NewJob> Jobs = Gen.Select(
        Gen.Int[1, 4],
        Gen.Int[-10, 3_600].Nullable(),
        Gen.Int[0, 7_200].Nullable(),
        (maxAttempts, runIn, expiresIn) => new NewJob
        {
            Guid = JobGuid.New(Start),
            CreatedAt = Start,
            Operation = "app.delete",
            Owner = JobOwner.Application,
            MaxAttempts = maxAttempts,
            RunAt = runIn is { } at ? Start.AddSeconds(at) : null,
            ExpiresAt = expiresIn is { } by ? Start.AddSeconds(by) : null,
        });

    private static readonly Gen<RunEndRules> AnyRules = Gen.Select(Gen.Int[1, 4], Gen.Double.Unit, (maxLostRuns, random) => Some.Rules with
    {
        MaxLostRuns = maxLostRuns,
        Random = random,
    });

    /// <summary>Any life.</summary>
    public static Gen<Life> Any { get; } = Gen.Select(Jobs, AnyRules, AnyMove.Array[1, 60], (job, rules, moves) => new Life(job, rules, moves));

    /// <summary>What really happened in it, in order.</summary>
    public IReadOnlyList<Step> Play()
    {
        var steps = new List<Step>();
        var now = Submitted.CreatedAt;
        var job = JobLifecycle.Submitted(Submitted);
        foreach (var move in Moves)
        {
            now += move.Wait;
            if (Try(job, move, now) is not { } next)
            {
                continue;
            }

            steps.Add(new Step(job, move, now, next));
            job = next;
        }

        return steps;
    }

    private JobLifecycle? Try(JobLifecycle job, Move move, DateTimeOffset now) => move switch
    {
        Move.Due => job.Due(now),
        Move.Claim => job.Claim(now, TimeSpan.FromSeconds(30)),
        Move.Expire => job.Expire(now, Some.Expired),
        Move.Cancel => job.RequestCancel(now, Rules.Cancelled),
        Move.Retry => job.Retry(now),
        Move.End end => job.End(end.How, now, Rules),
        _ => throw new ArgumentOutOfRangeException(nameof(move)),
    };
}

/// <summary>A move that was allowed.</summary>
internal sealed record Step(JobLifecycle Before, Move Move, DateTimeOffset Now, JobLifecycle After);
