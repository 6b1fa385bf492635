using CloudController.Jobs.Storage;

namespace CloudController.Jobs.PostgreSql;

/// <summary>Tells those who have waited too long for their jobs to be kept. One timer for all, and none while nobody waits: a timer for each would be
/// among the dearest parts of a submission.</summary>
internal sealed class SubmitPatience : IAsyncDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    private readonly Func<IEnumerable<SubmitOperation>> pending;
    private readonly TimeSpan longest;
    private readonly ITimer timer;
    private int looks;

    /// <param name="pending">Those that wait, wherever they have got to.</param>
    /// <param name="longest">How long they may.</param>
    public SubmitPatience(Func<IEnumerable<SubmitOperation>> pending, TimeSpan longest)
    {
        (this.pending, this.longest) = (pending, longest);
        timer = TimeProvider.System.CreateTimer(static state => ((SubmitPatience)state!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Someone begins to wait.</summary>
    public void Begin()
    {
        if (Volatile.Read(ref looks) == 0 && Interlocked.Exchange(ref looks, 1) == 0)
        {
            timer.Change(LookEvery, Timeout.InfiniteTimeSpan);
        }
    }

    public ValueTask DisposeAsync() => timer.DisposeAsync();

    private void Look()
    {
        // Before looking, so that who begins to wait meanwhile sees to the next look.
        Volatile.Write(ref looks, 0);
        var someone = false;
        foreach (var operation in pending())
        {
            if (TimeProvider.System.GetElapsedTime(operation.ArrivedAt) >= longest)
            {
                operation.Fail(new StoreUnavailableException("The store took too long to keep what was submitted."));
            }
            else
            {
                someone = true;
            }
        }

        if (someone)
        {
            Begin();
        }
    }
}
