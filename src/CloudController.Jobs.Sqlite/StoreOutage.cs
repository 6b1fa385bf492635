namespace CloudController.Jobs.Sqlite;

/// <summary>When the store could last not be written: leases that could not be extended then must not count against anyone.</summary>
internal sealed class StoreOutage(TimeProvider time)
{
    /// <summary>The longest lease there is (contract §2). Faults with less than that between them are one outage: a disk that is full takes
    /// a small write now and then, and a lease that no heartbeat got through for must not be taken back in such a moment.</summary>
    private static readonly TimeSpan Lull = TimeSpan.FromHours(1);

    private readonly Lock gate = new();
    private DateTimeOffset? since;
    private DateTimeOffset? until;

    /// <summary>Whether the last write failed.</summary>
    public bool IsOpen
    {
        get
        {
            lock (gate)
            {
                return since is not null && until is null;
            }
        }
    }

    /// <summary>A write failed.</summary>
    /// <returns>Whether the one before had not.</returns>
    public bool Begin()
    {
        lock (gate)
        {
            if (since is not null && until is null)
            {
                return false;
            }

            var now = time.GetUtcNow();
            since = now - until < Lull ? since : now;
            until = null;
            return true;
        }
    }

    /// <summary>A write succeeded.</summary>
    /// <returns>Whether the one before had failed.</returns>
    public bool End()
    {
        lock (gate)
        {
            if (since is null || until is not null)
            {
                return false;
            }

            until = time.GetUtcNow();
            return true;
        }
    }

    /// <summary>Whether a lease of this length, which expires at this instant, could not be extended for a while.</summary>
    public bool Touched(DateTimeOffset expiresAt, TimeSpan lease)
    {
        lock (gate)
        {
            return since <= expiresAt && (until is null || expiresAt - lease <= until);
        }
    }

    /// <summary>Since when leases can be extended again; <see langword="null"/>: they still cannot.</summary>
    public DateTimeOffset? EndedAt
    {
        get
        {
            lock (gate)
            {
                return until;
            }
        }
    }
}
