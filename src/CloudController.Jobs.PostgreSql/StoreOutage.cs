namespace CloudController.Jobs.PostgreSql;

/// <summary>When this node could last not reach the store, until it has told the store so: leases that could not be extended then must not count
/// against anyone. Kept as spans, not instants, so that the store's clock alone decides.</summary>
internal sealed class StoreOutage(TimeProvider time)
{
    // One broken connection is none: the next attempt, a fraction of a second later, extends the lease in time.
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private long? lostAt;
    private long? backAt;

    /// <summary>Whether the last statement found no store.</summary>
    public bool IsOpen
    {
        get
        {
            lock (gate)
            {
                return lostAt is not null && backAt is null;
            }
        }
    }

    /// <summary>A statement found no store.</summary>
    /// <returns>Whether the one before had.</returns>
    public bool Begin()
    {
        lock (gate)
        {
            if (lostAt is null)
            {
                lostAt = time.GetTimestamp();
                return true;
            }

            var began = backAt is not null;
            backAt = null;
            return began;
        }
    }

    /// <summary>A statement was answered.</summary>
    /// <returns>Whether the one before had found no store.</returns>
    public bool End()
    {
        lock (gate)
        {
            if (lostAt is not { } lost || backAt is not null)
            {
                return false;
            }

            backAt = time.GetTimestamp();
            if (time.GetElapsedTime(lost, backAt.Value) < Shortest)
            {
                (lostAt, backAt) = (null, null);
            }

            return true;
        }
    }

    /// <summary>How long ago the store was lost, and found again; <see langword="null"/>: there is nothing to tell it.</summary>
    public (TimeSpan Lost, TimeSpan Back)? ToTell()
    {
        lock (gate)
        {
            return lostAt is { } lost && backAt is { } back ? (time.GetElapsedTime(lost), time.GetElapsedTime(back)) : null;
        }
    }

    /// <summary>The store knows.</summary>
    public void Told()
    {
        lock (gate)
        {
            if (backAt is not null)
            {
                (lostAt, backAt) = (null, null);
            }
        }
    }
}
