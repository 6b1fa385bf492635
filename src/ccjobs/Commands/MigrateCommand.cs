using System.CommandLine;
using CloudController.Jobs.Cli.Settings;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Cli.Commands;

/// <summary><c>ccjobs migrate</c>: brings the store's schema up to date.</summary>
internal static class MigrateCommand
{
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Says what would be done, and changes nothing." };

    public static Command Create()
    {
        var settings = SettingsArgument.Create();
        var command = new Command("migrate", "Brings the store's schema up to date.") { DryRun, settings };
        command.SetAction((parsed, cancellationToken) => StoreCommand.RunAsync(output =>
            RunAsync(SettingSources.Read(parsed.GetValue(settings) ?? []), !parsed.GetValue(DryRun), output, cancellationToken)));
        return command;
    }

    private static async Task<int> RunAsync(IConfiguration configuration, bool apply, Output output, CancellationToken cancellationToken)
    {
        var settings = StoreSettings.From(configuration);
        if (apply)
            settings.Prepare();

        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(configuration);
        services.AddCloudControllerJobs(jobs => settings.Use(jobs));
        await using var provider = services.BuildServiceProvider();

        var migrations = await provider.GetRequiredService<IJobStore>().MigrateAsync(apply, cancellationToken);
        foreach (var migration in migrations)
            output.Line($"{(apply ? "Applied" : "Would apply")} {migration}.");
        if (migrations.Count == 0)
            output.Line("The schema is up to date.");

        return ExitCode.Done;
    }
}
