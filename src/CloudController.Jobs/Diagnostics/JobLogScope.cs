using System.Collections;

namespace CloudController.Jobs.Diagnostics;

/// <summary>What stands in every log line of a run: the job, and the request that submitted it.</summary>
internal sealed class JobLogScope(Job job) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public int Count => 6;

    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new("JobGuid", job.Guid),
        1 => new("Operation", job.Operation),
        2 => new("Queue", job.Queue),
        3 => new("Attempt", job.Lifecycle.Attempt),
        4 => new("Run", job.Lifecycle.Run),
        5 => new("RequestId", job.RequestId),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    public override string ToString() => $"JobGuid:{job.Guid} Operation:{job.Operation} Attempt:{job.Lifecycle.Attempt} RequestId:{job.RequestId}";

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
