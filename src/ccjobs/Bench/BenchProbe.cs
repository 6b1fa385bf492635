using System.Diagnostics.Metrics;

namespace CloudController.Jobs.Cli.Bench;

/// <summary>Sees runs begin, from inside the handler, and end, once that is on disk, through the engine's own counter.</summary>
internal sealed class BenchProbe : IDisposable
{
    private const string Ends = "ccjobs.runs_ended";

    private readonly TimeProvider time;
    private readonly MeterListener listener = new();
    private volatile TaskCompletionSource<long>? begin;
    private TaskCompletionSource? end;
    private long left;

    public BenchProbe(TimeProvider time)
    {
        this.time = time;
        listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name == Ends)
                listener.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, count, _, _) => Ended(count));
        listener.Start();
    }

    /// <summary>When the next run begins, as a timestamp.</summary>
    public Task<long> NextBegin()
    {
        begin = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        return begin.Task;
    }

    /// <summary>Completes when so many further runs have ended.</summary>
    public Task NextEnds(int count)
    {
        end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref left, count);
        return end.Task;
    }

    public void Begun()
    {
        if (begin is { } waiting)
            waiting.TrySetResult(time.GetTimestamp());
    }

    public void Dispose() => listener.Dispose();

    private void Ended(long count)
    {
        if (Interlocked.Add(ref left, -count) == 0)
            end?.TrySetResult();
    }
}
