namespace CloudController.Jobs.Storage;

/// <summary>What became of a submission.</summary>
public abstract record Submission
{
    private Submission()
    {
    }

    /// <summary>All jobs are held.</summary>
    /// <param name="Jobs">In the order given: the guid under which each is held, and whether this call made it.</param>
    public sealed record Accepted(IReadOnlyList<SubmittedJob> Jobs) : Submission;

    /// <summary>An idempotency key was used before for something else; nothing was kept.</summary>
    /// <param name="Index">Which of the jobs, from 0.</param>
    public sealed record KeyConflict(int Index) : Submission;

    /// <summary>The owner has too many open jobs; nothing was kept.</summary>
    /// <param name="Open">How many it has.</param>
    public sealed record TooManyOpen(int Open) : Submission;
}

/// <summary>One job of an accepted submission.</summary>
/// <param name="Guid">Under which it is held: another than the submitted one where its key was used before.</param>
/// <param name="Created">Whether this call made it.</param>
public readonly record struct SubmittedJob(Guid Guid, bool Created);
