using System.Runtime.InteropServices;

namespace CloudController.Jobs.PostgreSql;

/// <summary>What submitted jobs have in common, each combination once.</summary>
internal sealed class SubmitShares(PostgreSqlNames names)
{
    private readonly Dictionary<Share, long> places = [];
    private readonly List<Share> shares = [];

    /// <summary>The place of the job's share, from 1.</summary>
    public long PlaceOf(NewJob job)
    {
        var life = JobLifecycle.Submitted(job);
        var share = new Share(
            (short)life.Phase, job.CreatedAt.ToUnixTimeMilliseconds(), life.RunAt.ToUnixTimeMilliseconds(), life.MaxAttempts, names.LaneId(job),
            names.OwnerId(job.Owner), (short)job.Priority, life.ExpiresAt?.ToUnixTimeMilliseconds(), (long)job.Timeout.TotalMilliseconds, job.RequestId,
            job.TraceParent, StoredText.Details(job), job.Callback?.Host);
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(places, share, out var isKnown);
        if (!isKnown)
        {
            shares.Add(share);
            place = shares.Count;
        }

        return place;
    }

    public StatementParameters Bind(StatementParameters parameters) => parameters
        .Bind("phases", Of(share => share.Phase))
        .Bind("created_ats", Of(share => share.CreatedAt))
        .Bind("run_ats", Of(share => share.RunAt))
        .Bind("max_attempts", Of(share => share.MaxAttempts))
        .Bind("lanes", Of(share => share.Lane))
        .Bind("owners", Of(share => share.Owner))
        .Bind("priorities", Of(share => share.Priority))
        .Bind("expires_ats", Of(share => share.ExpiresAt))
        .Bind("timeouts", Of(share => share.TimeoutMilliseconds))
        .Bind("request_ids", Of(share => share.RequestId))
        .Bind("traceparents", Of(share => share.TraceParent))
        .Bind("details", Of(share => share.Details))
        .Bind("callback_hosts", Of(share => share.CallbackHost));

    private T[] Of<T>(Func<Share, T> value) => [.. shares.Select(value)];

    private readonly record struct Share(
        short Phase,
        long CreatedAt,
        long RunAt,
        int MaxAttempts,
        long Lane,
        long Owner,
        short Priority,
        long? ExpiresAt,
        long TimeoutMilliseconds,
        string? RequestId,
        string? TraceParent,
        string? Details,
        string? CallbackHost);
}
