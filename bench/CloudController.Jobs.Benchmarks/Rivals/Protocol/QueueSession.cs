using System.Diagnostics;

namespace CloudController.Jobs.Benchmarks.Rivals.Protocol;

/// <summary>What is open in a queue's process between two commands.</summary>
internal sealed class QueueSession(IQueueProgram program, Action<QueueAnswer> say) : IAsyncDisposable
{
    private static readonly QueueAnswer Done = new();

    private readonly List<long> returned = [];
    private IQueueProducer? producer;
    private IAsyncDisposable? workers;

    /// <summary>Does what is asked.</summary>
    /// <returns><see langword="null"/> where nobody should wake for an answer.</returns>
    public async Task<QueueAnswer?> RunAsync(QueueCommand command)
    {
        switch (command.Do)
        {
            case "versions":
                return new QueueAnswer { Versions = $"{program.Versions}, .NET {Environment.Version}" };
            case "setup":
                await program.SetUpAsync(command.Server!);
                return Done;
            case "enqueue":
                var load = new QueueLoad(command.Jobs, command.Callers, command.Batch, command.Setting);
                return new QueueAnswer { Seconds = (await program.EnqueueAsync(command.Server!, load)).TotalSeconds };
            case "work":
                await WorkAsync(command);
                return Done;
            case "listen":
                workers = await program.StartWorkersAsync(command.Server!, command.Setting, new QueueRuns(int.MaxValue, SayStarted));
                return Done;
            case "stop":
                await (workers?.DisposeAsync() ?? ValueTask.CompletedTask);
                workers = null;
                return Done;
            case "produce":
                producer = await program.OpenProducerAsync(command.Server!, command.Setting);
                returned.Clear();
                return Done;
            case "one":
                await producer!.AddAsync();
                returned.Add(Stopwatch.GetTimestamp());
                return null;
            case "returned":
                await producer!.DisposeAsync();
                producer = null;
                return new QueueAnswer { Returned = [.. returned] };
            default:
                throw new ArgumentOutOfRangeException(nameof(command), command.Do, "Not a command.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await (producer?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (workers?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private async Task WorkAsync(QueueCommand command)
    {
        var runs = new QueueRuns(command.Jobs);
        workers = await program.StartWorkersAsync(command.Server!, command.Setting, runs);
        await runs.All;
    }

    private void SayStarted()
    {
        var started = Stopwatch.GetTimestamp();
        say(new QueueAnswer { Started = started });
    }
}
