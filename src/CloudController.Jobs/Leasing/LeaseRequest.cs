using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Leasing;

/// <summary>What a worker elsewhere asks for.</summary>
/// <param name="Worker">What it calls itself, shown to those who read everything.</param>
/// <param name="Operations">The operations it knows.</param>
/// <param name="Queues">The queues it serves, the first emptied first; <see langword="null"/>: all, by priority across them.</param>
/// <param name="MaxJobs">How many jobs it takes at most.</param>
/// <param name="Wait">How long it waits for the first.</param>
public sealed record LeaseRequest(string Worker, IReadOnlyCollection<string> Operations, IReadOnlyList<string>? Queues, int MaxJobs, TimeSpan Wait);

/// <summary>How a worker ends a lease.</summary>
/// <param name="Lease">Which.</param>
/// <param name="End">How its run ended.</param>
/// <param name="Action">Fingerprint of what the worker sent, at most 32 bytes: sent again, it gets the same answer.</param>
public sealed record LeaseEnd(LeaseKey Lease, RunEnd End, ReadOnlyMemory<byte> Action)
{
    /// <summary>UTF-8 JSON that a finished run leaves.</summary>
    public ReadOnlyMemory<byte> Result { get; init; }

    /// <summary>Warnings that came with it.</summary>
    public RunReport Report { get; init; } = RunReport.None;

    /// <summary>What really happened, for administrators.</summary>
    public string? Detail { get; init; }
}

/// <summary>Why a lease cannot be used.</summary>
public enum LeaseRefusal
{
    /// <summary>No such lease was ever taken, or its job is forgotten.</summary>
    Unknown,

    /// <summary>Someone else took it.</summary>
    NotHolder,

    /// <summary>It was taken back, or has ended in another way.</summary>
    Lost,
}

/// <summary>What became of an end.</summary>
/// <param name="Refusal">Why it was refused; nothing has changed then.</param>
/// <param name="Job">The job as it was right after the end; there unless it was refused.</param>
public readonly record struct LeaseAnswer(LeaseRefusal? Refusal, Job? Job);

/// <summary>What became of a heartbeat.</summary>
/// <param name="Refusal">Why it was refused; nothing has changed then.</param>
/// <param name="ExpiresAt">Until when the lease holds at least.</param>
/// <param name="CancelRequested">Whether the run is to stop.</param>
public readonly record struct LeaseHeartbeat(LeaseRefusal? Refusal, DateTimeOffset ExpiresAt, bool CancelRequested);
