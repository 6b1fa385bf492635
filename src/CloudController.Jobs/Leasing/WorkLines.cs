using System.Threading.Channels;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Leasing;

/// <summary>Those who wait for something to lease, in a line for each set of operations and queues. Of each line one looks when work appears, and
/// the next one only if that one found something: however many wait, work that appears costs one claim a line.</summary>
internal sealed class WorkLines : IDisposable
{
    /// <summary>Signals are hints: someone of each line looks this often without one.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly JobSignals signals;
    private readonly TimeProvider time;
    private readonly ITimer timer;
    private readonly Lock gate = new();
    private readonly Dictionary<string, Line> lines = new(StringComparer.Ordinal);

    public WorkLines(JobSignals signals, TimeProvider time)
    {
        (this.signals, this.time) = (signals, time);
        signals.WorkAppeared += Ring;
        timer = time.CreateTimer(static lines => ((WorkLines)lines!).Ring(), this, LookInterval, LookInterval);
    }

    /// <summary>Joins a line. Look for work after this, so that none is missed; dispose it to leave.</summary>
    public Place Join(IEnumerable<string> operations, IEnumerable<string>? queues)
    {
        var needs = $"{string.Join(' ', operations.Order(StringComparer.Ordinal))}|{(queues is null ? "*" : string.Join(' ', queues))}";
        lock (gate)
        {
            if (!lines.TryGetValue(needs, out var line))
            {
                line = new Line(needs);
                lines.Add(needs, line);
            }

            line.Members++;
            return new Place(this, line);
        }
    }

    public void Dispose()
    {
        signals.WorkAppeared -= Ring;
        timer.Dispose();
    }

    private void Ring()
    {
        lock (gate)
        {
            foreach (var line in lines.Values)
            {
                line.Look.Writer.TryWrite(true);
            }
        }
    }

    private void Leave(Line line)
    {
        lock (gate)
        {
            if (--line.Members == 0)
            {
                lines.Remove(line.Needs);
            }
        }
    }

    /// <summary>A place in a line.</summary>
    public sealed class Place(WorkLines lines, Line line) : IDisposable
    {
        /// <summary>Waits for its turn to look.</summary>
        /// <returns>Whether it came before the time was up, or the caller gave up.</returns>
        public async Task<bool> WaitAsync(TimeSpan left, CancellationToken cancellationToken)
        {
            using var limit = new CancellationTokenSource(left, lines.time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            try
            {
                return await line.Look.Reader.ReadAsync(either.Token);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }

        /// <summary>Lets the next one look.</summary>
        public void PassOn() => line.Look.Writer.TryWrite(true);

        public void Dispose() => lines.Leave(line);
    }

    /// <summary>Those who want the same.</summary>
    public sealed class Line(string needs)
    {
        public string Needs => needs;

        public int Members { get; set; }

        public Channel<bool> Look { get; } =
            Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    }
}
