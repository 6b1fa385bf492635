using System.Net;
using System.Text;
using System.Text.Json;
using CloudController.Jobs.AspNetCore;
using CloudController.Jobs.AspNetCore.Networking;
using CloudController.Jobs.Cli.Handlers;
using CloudController.Jobs.Errors;
using CloudController.Jobs.Handlers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.Cli.Tests.Handlers;

/// <summary>The built-in handlers as the executable registers them, with given settings.</summary>
internal sealed class HandlerHost : IDisposable
{
    private readonly ServiceProvider services;

    public HandlerHost(
        IReadOnlyDictionary<string, string?>? settings = null,
        TimeProvider? time = null,
        Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings ?? new Dictionary<string, string?>()).Build();
        var collection = new ServiceCollection();
        collection.AddSingleton(time ?? TimeProvider.System);
        collection.AddSingleton(ErrorCatalog.BuiltIn);
        collection.AddSingleton<IConfiguration>(configuration);
        new JobsBuilder(collection).AddBuiltInHandlers(configuration);
        if (resolve is not null)
            collection.AddSingleton(provider => new HttpExchange(provider.GetRequiredService<AllowedHosts>(), resolve));

        services = collection.BuildServiceProvider();
    }

    /// <summary>What submit would say to these arguments.</summary>
    public string? Check(string operation, string arguments) => Find(operation).Check(Encoding.UTF8.GetBytes(arguments));

    public Task<JobOutcome> RunUntilAsync(TestRun run, CancellationToken stopping) =>
        Find(run.Context.Job.Operation).RunAsync(services, run.Context, stopping);

    public Task<JobOutcome> RunAsync(TestRun run) => RunUntilAsync(run, TestContext.Current.CancellationToken);

    /// <summary>Whether a caller with these scopes may submit.</summary>
    public SubmissionVerdict MaySubmit(string operation, string arguments, params string[] scopes) => services.GetServices<ISubmissionRule>()
        .Single(rule => rule.Operation == operation)
        .Check(scopes.Contains, Encoding.UTF8.GetBytes(arguments));

    /// <summary>What the start would say to the settings; empty where they are right.</summary>
    public IReadOnlyList<string> WhyNotStart()
    {
        try
        {
            services.GetRequiredService<IStartupValidator>().Validate();
            return [];
        }
        catch (OptionsValidationException exception)
        {
            return [.. exception.Failures];
        }
    }

    public void Dispose() => services.Dispose();

    private HandlerRegistration Find(string operation)
    {
        Assert.True(new HandlerRegistry(services.GetServices<HandlerRegistration>()).TryFind(operation, out var handler));
        return handler;
    }
}

internal static class Outcomes
{
    public static JobOutcome.Failure Failure(this JobOutcome outcome) => Assert.IsType<JobOutcome.Failure>(outcome);

    public static JsonElement Result(this JobOutcome outcome)
    {
        using var document = JsonDocument.Parse(Assert.IsType<JobOutcome.Done>(outcome).Result);
        return document.RootElement.Clone();
    }

    /// <summary>The first error as the outside reads it.</summary>
    public static JobError Error(this JobOutcome outcome)
    {
        var error = outcome.Failure().Errors[0];
        Assert.True(ErrorCatalog.BuiltIn.TryCreate(error.Name, error.Arguments, out var filled, out var whyNot), whyNot);
        return filled;
    }
}
