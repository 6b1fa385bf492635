using Microsoft.Extensions.Logging;

namespace CloudController.Jobs.AspNetCore.Tests.Hosting;

/// <summary>Keeps what a host logs, with the scopes of each line.</summary>
internal sealed class LogLines : ILoggerProvider, ISupportExternalScope
{
    private readonly Lock gate = new();
    private readonly List<LogLine> lines = [];
    private IExternalScopeProvider scopes = new LoggerExternalScopeProvider();
    private TaskCompletionSource added = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<LogLine> All
    {
        get
        {
            lock (gate)
                return [.. lines];
        }
    }

    /// <summary>Waits until so many lines have been logged under an id.</summary>
    public Task WaitForAsync(int eventId, int count) => WaitForAsync([eventId], count);

    /// <summary>Waits until so many lines have been logged under any of some ids.</summary>
    public async Task WaitForAsync(int[] eventIds, int count)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (lines.Count(line => eventIds.Contains(line.EventId)) >= count)
                    return;

                next = added.Task;
            }

            await next.WaitAsync(TestContext.Current.CancellationToken);
        }
    }

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => scopes = scopeProvider;

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private void Add(LogLine line)
    {
        TaskCompletionSource signalled;
        lock (gate)
        {
            lines.Add(line);
            signalled = added;
            added = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        signalled.TrySetResult();
    }

    private sealed class Logger(LogLines lines, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => lines.scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var properties = new Dictionary<string, object?>();
            lines.scopes.ForEachScope(
                static (scope, found) =>
                {
                    foreach (var (key, value) in scope as IEnumerable<KeyValuePair<string, object>> ?? [])
                        found[key] = value;
                },
                properties);
            lines.Add(new(category, eventId.Id, logLevel, formatter(state, exception), exception, properties));
        }
    }
}

internal sealed record LogLine(
    string Category, int EventId, LogLevel Level, string Text, Exception? Exception, IReadOnlyDictionary<string, object?> Scope);
