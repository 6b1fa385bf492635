using System.Text.Json;

namespace CloudController.Jobs.Benchmarks.Rivals.Protocol;

/// <summary>How the benchmark speaks with a queue in a process of its own: a command a line comes in as JSON, an answer a line goes out.</summary>
internal static class QueueProtocol
{
    public static async Task<int> ServeAsync(IQueueProgram program)
    {
        // Callers of a queue whose calls block have a thread each.
        ThreadPool.SetMinThreads(128, 128);
        await using var session = new QueueSession(program, Say);
        while (await Console.In.ReadLineAsync() is { } line)
        {
            try
            {
                if (await session.RunAsync(JsonSerializer.Deserialize<QueueCommand>(line, JsonSerializerOptions.Web)!) is { } answer)
                    Say(answer);
            }
            catch (Exception exception)
            {
                // The border round one command: whoever asked is told.
                Say(new QueueAnswer { Error = exception.ToString() });
            }
        }

        return 0;
    }

    private static void Say(QueueAnswer answer)
    {
        var line = JsonSerializer.Serialize(answer, JsonSerializerOptions.Web);
        lock (Console.Out)
            Console.Out.WriteLine(line);
    }
}

/// <summary>What is asked of a queue.</summary>
internal sealed record QueueCommand(string Do, QueueServer? Server = null, string Setting = "", int Jobs = 0, int Callers = 1, int Batch = 1);

/// <summary>What it answers; what a command has nothing to say about is null.</summary>
internal sealed record QueueAnswer
{
    public string? Error { get; init; }

    public string? Versions { get; init; }

    /// <summary>How long submitting took.</summary>
    public double? Seconds { get; init; }

    /// <summary>When a handler began, in nanoseconds of the machine's monotonic clock.</summary>
    public long? Started { get; init; }

    /// <summary>When each submission returned, by the same clock.</summary>
    public IReadOnlyList<long>? Returned { get; init; }

    /// <summary>Jobs that have not ended.</summary>
    public long? Left { get; init; }
}
