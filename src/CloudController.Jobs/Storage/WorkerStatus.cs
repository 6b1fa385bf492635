namespace CloudController.Jobs.Storage;

/// <summary>A sign of life of a worker: a node of this program, or one that leases over HTTP.</summary>
/// <param name="Name">What it calls itself; nodes have names that no other has.</param>
/// <param name="Holder">Whose token it leases with; <see langword="null"/>: a node.</param>
/// <param name="LiveFor">How long it counts as live without another sign.</param>
public sealed record WorkerSeen(string Name, JobOwner? Holder, TimeSpan LiveFor)
{
    /// <summary>What it serves; <see langword="null"/>: as it said last.</summary>
    public WorkerServes? Serves { get; init; }
}

/// <summary>What a worker serves.</summary>
/// <param name="Queues">The queues, in its order; <see langword="null"/>: all.</param>
/// <param name="Operations">The operations it knows.</param>
/// <param name="Version">Its version, where that is known.</param>
public sealed record WorkerServes(IReadOnlyList<string>? Queues, IReadOnlyCollection<string> Operations, string? Version);

/// <summary>A worker that is live.</summary>
/// <param name="Name">What it calls itself.</param>
/// <param name="Holder">Whose token it leases with; <see langword="null"/>: a node.</param>
/// <param name="Serves">What it serves.</param>
/// <param name="Running">How many jobs it runs.</param>
/// <param name="LastHeartbeatAt">When it last gave a sign of life.</param>
public sealed record WorkerStatus(string Name, JobOwner? Holder, WorkerServes Serves, int Running, DateTimeOffset LastHeartbeatAt);
