using CloudController.Jobs.Storage;

namespace CloudController.Jobs.PostgreSql;

/// <summary>Jobs that are to be kept together, and someone who waits for it.</summary>
internal sealed class SubmitOperation(IReadOnlyList<NewJob> jobs, int mostOpen, CancellationToken cancellationToken)
{
    private readonly TaskCompletionSource<Submission> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<NewJob> Jobs => jobs;

    public JobOwner Owner => jobs[0].Owner;

    /// <summary>How many jobs of the owner may be open, these included.</summary>
    public int MostOpen => mostOpen;

    /// <summary>A timestamp of the system's clock: real time, whatever clock the store goes by.</summary>
    public long ArrivedAt { get; } = TimeProvider.System.GetTimestamp();

    /// <summary>Whether nobody waits for it any more.</summary>
    public bool IsGivenUp => cancellationToken.IsCancellationRequested || Task.IsCompleted;

    public bool HasKeys => jobs.Any(job => job.Key is not null);

    public Task<Submission> Task => completion.Task;

    public void Complete(Submission submission) => completion.TrySetResult(submission);

    public void Fail(Exception exception) => completion.TrySetException(exception);

    public void Cancel() => completion.TrySetCanceled(cancellationToken);
}
