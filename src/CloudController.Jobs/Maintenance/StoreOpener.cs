using CloudController.Jobs.Diagnostics;
using CloudController.Jobs.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.Maintenance;

/// <summary>Brings the schema up to date and opens the store before anything else starts. A store that may be waited for and is out of reach is tried every
/// second while the rest starts; what it then turns out to refuse stops the host.</summary>
internal sealed class StoreOpener(
    IJobStore store, IOptions<StoreOptions> options, TimeProvider time, IHostApplicationLifetime host, ILogger<StoreOpener> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Why a store that was waited for stopped the host, once it has.</summary>
    public Exception? Refusal { get; private set; }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await OpenAsync(cancellationToken);
        }
        catch (StoreUnavailableException exception) when (options.Value.WaitUntilReachable)
        {
            logger.WaitingForStore(exception);
            await base.StartAsync(cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await OpenAsync(stoppingToken);
                logger.StoreOpened();
                return;
            }
            catch (StoreUnavailableException)
            {
                // Said once; tried until it answers.
            }
            catch (Exception exception) when (exception is StoreRefusedException or StoreSchemaException or StoreMovedException)
            {
                Refusal = exception;
                logger.StoreRefuses(exception.Message);
                host.StopApplication();
                return;
            }
        }
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        var missing = await store.MigrateAsync(apply: options.Value.AutoMigrate, cancellationToken);
        if (missing.Count > 0 && !options.Value.AutoMigrate)
        {
            throw new StoreSchemaException($"The store's schema lacks {string.Join(", ", missing)}; migrate it, or set AutoMigrate to true.");
        }

        await store.OpenAsync(cancellationToken);
    }
}
