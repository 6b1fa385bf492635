using Microsoft.Extensions.Logging.Console;

namespace CloudController.Jobs.Cli.Server;

/// <summary>One line an event on standard output, as text or (<c>Logging:Console:FormatterName=json</c>) JSON.</summary>
internal static class ServerLog
{
    /// <param name="logging">The server's.</param>
    /// <param name="configuration">Section <c>Logging</c>, as in any app of the framework, comes over what is said here.</param>
    /// <param name="isStarted">Until then the framework says nothing: <see cref="StartFailure"/> says what stops a start.</param>
    public static void AddServerLog(this ILoggingBuilder logging, IConfiguration configuration, Func<bool> isStarted)
    {
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Microsoft", level => level >= LogLevel.Warning && isStarted());

        // Its scope would put the framework's own request id beside the one that clients know.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);

        // A probe a second would repeat, with a stack each, what the store has said.
        logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        logging.AddConfiguration(configuration.GetSection("Logging"));

        logging.Services.Configure<ConsoleLoggerOptions>(options => options.FormatterName = ConsoleFormatterNames.Simple);
        logging.Services.Configure<SimpleConsoleFormatterOptions>(Configure);
        logging.Services.Configure<SimpleConsoleFormatterOptions>(options => options.SingleLine = true);
        logging.Services.Configure<JsonConsoleFormatterOptions>(Configure);
        logging.AddConsole();
    }

    private static void Configure(ConsoleFormatterOptions options)
    {
        options.IncludeScopes = true;
        options.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
        options.UseUtcTimestamp = true;
    }
}
