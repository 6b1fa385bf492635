using System.Globalization;
using CloudController.Jobs.Running;
using Microsoft.Extensions.Logging;

namespace CloudController.Jobs.Diagnostics;

/// <summary>Keeps what is logged within a run with that run: time, level and message, without exceptions' text, which is for administrators and stands
/// with the run already. Within it is what the handler calls and awaits, on whatever thread.</summary>
/// <remarks>What is kept is set as for any provider: section <c>Logging:Runs</c>.</remarks>
[ProviderAlias("Runs")]
internal sealed class RunLogProvider(TimeProvider time) : ILoggerProvider
{
    private static readonly AsyncLocal<RunReporter?> Present = new();

    private readonly Logger logger = new(time);

    /// <summary>From here on, in the flow of the calling method, log lines are kept with a run.</summary>
    public static void Keep(RunReporter run) => Present.Value = run;

    public ILogger CreateLogger(string categoryName) => logger;

    public void Dispose()
    {
    }

    private sealed class Logger(TimeProvider time) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None && Present.Value is not null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (Present.Value is not { } run || logLevel == LogLevel.None)
            {
                return;
            }

            // Lines of one message stand together, and none of them looks like another's first.
            var message = formatter(state, null).ReplaceLineEndings("\n    ");
            run.KeepLogLine(string.Create(
                CultureInfo.InvariantCulture, $"{time.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {Name(logLevel)} {message}"));
        }

        private static string Name(LogLevel level) => level switch
        {
            LogLevel.Trace => "trace",
            LogLevel.Debug => "debug",
            LogLevel.Information => "info",
            LogLevel.Warning => "warning",
            LogLevel.Error => "error",
            _ => "critical",
        };
    }
}
