using CloudController.Jobs.AspNetCore;
using CloudController.Jobs.AspNetCore.Networking;
using CloudController.Jobs.Errors;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.Cli.Handlers;

/// <summary>The handlers that the executable brings (contract §6).</summary>
internal static class BuiltInHandlers
{
    /// <summary>Registers <c>noop</c>, <c>sleep</c>, <c>http.request</c> and <c>command.run</c>, and their settings, validated at start.</summary>
    /// <remarks>The configuration holds the sections <c>Http</c> and <c>Commands</c>.</remarks>
    public static JobsBuilder AddBuiltInHandlers(this JobsBuilder jobs, IConfiguration configuration)
    {
        jobs.Services.TryAddSingleton(TimeProvider.System);
        AddHttp(jobs.Services);
        AddCommands(jobs.Services, configuration.GetSection("Commands"));

        return jobs
            .AddHandler<NoopArguments, NoopHandler>(HandlerJson.Default.NoopArguments)
            .AddHandler<SleepArguments, SleepHandler>(
                HandlerJson.Default.SleepArguments,
                (arguments, services) => SleepHandler.Check(arguments, services.GetRequiredService<ErrorCatalog>()))
            .AddHandler<HttpRequestArguments, HttpRequestHandler>(
                HandlerJson.Default.HttpRequestArguments,
                (arguments, services) => HttpRequestHandler.Check(arguments, services.GetRequiredService<HttpExchange>()))
            .AddHandler<CommandRunArguments, CommandRunHandler>(
                HandlerJson.Default.CommandRunArguments,
                (arguments, services) => CommandRunHandler.Check(arguments, services.GetRequiredService<IOptions<CommandsOptions>>().Value));
    }

    private static void AddHttp(IServiceCollection services)
    {
        services.AddHttpDestinations();
        services.AddSingleton(provider => new HttpExchange(provider.GetRequiredService<AllowedHosts>(), HostAddresses.FindAsync));
    }

    private static void AddCommands(IServiceCollection services, IConfigurationSection section)
    {
        services.AddOptions<CommandsOptions>().Configure(options => section.Bind(options.ByName)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<CommandsOptions>>(new CommandsOptionsValidator(section));
        services.AddSingleton<ISubmissionRule, CommandSubmissionRule>();
    }
}
