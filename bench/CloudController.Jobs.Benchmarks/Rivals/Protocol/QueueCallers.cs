using System.Diagnostics;

namespace CloudController.Jobs.Benchmarks.Rivals.Protocol;

/// <summary>Callers that submit at once, each waiting for its own.</summary>
internal static class QueueCallers
{
    /// <summary>Lets them submit through one producer, and a little before that is not counted.</summary>
    public static async Task<TimeSpan> RunAsync(IQueueProducer producer, QueueLoad load)
    {
        await SubmitAsync(producer, load.WarmUp);
        var start = Stopwatch.GetTimestamp();
        await SubmitAsync(producer, load);
        return Stopwatch.GetElapsedTime(start);
    }

    private static Task SubmitAsync(IQueueProducer producer, QueueLoad load)
    {
        var left = load.Jobs / load.Batch;
        return Task.WhenAll(Enumerable.Range(0, load.Callers).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                await (load.Batch == 1 ? producer.AddAsync() : producer.AddManyAsync(load.Batch));
            }
        })));
    }
}
