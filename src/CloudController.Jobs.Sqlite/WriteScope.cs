using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Sqlite;

/// <summary>What operations work with inside the writer's transaction, and what is to be told once it is committed.</summary>
internal sealed class WriteScope(TimeProvider time, JobSignals signals)
{
    private readonly List<Guid> changed = [];
    private SqliteSession? session;
    private bool work;
    private DateTimeOffset? due;

    public SqliteSession Session => session ?? throw new InvalidOperationException("No transaction is open.");

    public SqliteNames Names { get; } = new();

    public OpenJobs OpenJobs { get; } = new();

    /// <summary>The instant of the operation, to the millisecond.</summary>
    public DateTimeOffset Now { get; private set; }

    public SqliteStatement Statement(string sql) => Session.Statement(sql);

    public void Begin(SqliteSession opened) => session = opened;

    public void Execute(WriteOperation operation)
    {
        Now = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
        operation.Execute(this);
    }

    /// <summary>A job changed. Collected whether or not anyone follows: someone may begin to, and read, before the commit.</summary>
    public void Changed(Guid job) => changed.Add(job);

    /// <summary>A job changed, and stands in this phase now.</summary>
    public void Changed(Guid job, JobPhase phase, DateTimeOffset runAt)
    {
        Changed(job);
        if (phase.IsClaimable())
        {
            work = true;
        }
        else if (phase is JobPhase.Scheduled or JobPhase.Polling)
        {
            FallsDue(runAt);
        }
    }

    /// <summary>Something can be claimed that could not before.</summary>
    public void WorkAppeared() => work = true;

    public void FallsDue(DateTimeOffset at) => due = due < at ? due : at;

    public void Committed() => OpenJobs.Commit();

    /// <summary>Tells what was committed.</summary>
    public void Publish()
    {
        foreach (var job in changed)
        {
            signals.PublishChange(job);
        }

        if (work)
        {
            signals.PublishWork();
        }

        if (due is { } at)
        {
            signals.PublishDue(at);
        }

        Clear();
    }

    public void RolledBack()
    {
        OpenJobs.Rollback();
        Names.Forget();
        Clear();
    }

    private void Clear()
    {
        changed.Clear();
        (work, due) = (false, null);
    }
}
