using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;
using CloudController.Jobs.Benchmarks.Rivals.Protocol;

namespace CloudController.Jobs.Benchmarks.Rivals;

/// <summary>A system's program, a process of its own that does what it is told by its standard input, and ends when that does.</summary>
internal sealed class QueueProcess : IAsyncDisposable
{
    private const int MostErrors = 12;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(20);

    private readonly Process process;
    private readonly Channel<QueueAnswer> answers = Channel.CreateUnbounded<QueueAnswer>();
    private readonly CancellationToken stopping;
    private readonly ConcurrentQueue<string> errors = new();

    private QueueProcess(Process process, CancellationToken stopping) => (this.process, this.stopping) = (process, stopping);

    public static QueueProcess Start(ProcessStartInfo start, CancellationToken stopping)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        var started = new QueueProcess(Process.Start(start)!, stopping);
        started.process.OutputDataReceived += (_, line) => started.Read(line.Data);
        started.process.ErrorDataReceived += (_, line) => started.Keep(line.Data);
        started.process.BeginOutputReadLine();
        started.process.BeginErrorReadLine();
        return started;
    }

    /// <summary>Says what to do, to which nothing is answered.</summary>
    public async Task TellAsync(QueueCommand command)
    {
        try
        {
            await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(command, JsonSerializerOptions.Web).AsMemory(), stopping);
            await process.StandardInput.FlushAsync(stopping);
        }
        catch (IOException)
        {
            throw Ended();
        }
    }

    /// <summary>Says what to do, and waits until it is done.</summary>
    public async Task<QueueAnswer> AskAsync(QueueCommand command)
    {
        await TellAsync(command);
        while (true)
        {
            // A run that began meanwhile answers no question.
            if (await NextAsync() is { Started: null } answer)
                return answer;
        }
    }

    /// <summary>What it says next.</summary>
    public async Task<QueueAnswer> NextAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        patience.CancelAfter(Patience);
        try
        {
            var answer = await answers.Reader.ReadAsync(patience.Token);
            return answer.Error is null ? answer : throw new InvalidOperationException(answer.Error.Split('\n')[0]);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            throw new InvalidOperationException($"It did not answer within {Patience.TotalSeconds:N0} s. {LastErrors}");
        }
        catch (ChannelClosedException)
        {
            throw Ended();
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended already.
        }

        try
        {
            await process.WaitForExitAsync(CancellationToken.None).WaitAsync(StopTime, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        process.Dispose();
    }

    private string LastErrors => string.Join(' ', errors);

    private InvalidOperationException Ended() => new($"It ended. {LastErrors}");

    private void Keep(string? error)
    {
        if (string.IsNullOrWhiteSpace(error))
            return;

        errors.Enqueue(error.Trim());
        if (errors.Count > MostErrors)
            errors.TryDequeue(out _);
    }

    // Other lines are a library's own.
    private void Read(string? line)
    {
        if (line is null)
            answers.Writer.TryComplete();
        else if (line.StartsWith('{'))
            answers.Writer.TryWrite(JsonSerializer.Deserialize<QueueAnswer>(line, JsonSerializerOptions.Web)!);
    }
}
