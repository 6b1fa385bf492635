namespace CloudController.Jobs.AspNetCore.Auth;

/// <summary>What a route asks of its caller (contract §5).</summary>
internal enum Scope
{
    /// <summary>Reading jobs.</summary>
    Read,

    /// <summary>Reading everything: queues, workers, metrics.</summary>
    ReadEverything,

    /// <summary>Submitting, and acting on one's own jobs.</summary>
    Write,

    /// <summary>Leasing jobs.</summary>
    Worker,

    /// <summary>Everything.</summary>
    Admin,

    /// <summary>Reading a job by v2, where that needs a token: Cloud Controller doesn't take the read-only admins' scopes there.</summary>
    V2Read,
}
