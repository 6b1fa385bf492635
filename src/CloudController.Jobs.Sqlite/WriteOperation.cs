namespace CloudController.Jobs.Sqlite;

/// <summary>Something that the writer is to do, and someone who waits for it. Executed again, it starts anew: what it did before was rolled back.</summary>
internal abstract class WriteOperation(int rows, CancellationToken cancellationToken)
{
    /// <summary>About how many rows it changes.</summary>
    public int Rows => rows;

    /// <summary>Whether nobody waits for it any more.</summary>
    public bool IsGivenUp => CancellationToken.IsCancellationRequested;

    protected CancellationToken CancellationToken { get; } = cancellationToken;

    public abstract void Execute(WriteScope scope);

    public abstract void Complete();

    public abstract void Fail(Exception exception);

    public abstract void Cancel();
}

/// <summary>An operation that has a result.</summary>
internal sealed class WriteOperation<TResult>(Func<WriteScope, TResult> work, int rows, CancellationToken cancellationToken)
    : WriteOperation(rows, cancellationToken)
{
    private readonly TaskCompletionSource<TResult> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TResult result = default!;

    public Task<TResult> Task => completion.Task;

    public override void Execute(WriteScope scope) => result = work(scope);

    public override void Complete() => completion.TrySetResult(result);

    public override void Fail(Exception exception) => completion.TrySetException(exception);

    public override void Cancel() => completion.TrySetCanceled(CancellationToken);
}
