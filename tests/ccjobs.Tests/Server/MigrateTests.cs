namespace CloudController.Jobs.Cli.Tests.Server;

/// <summary><c>ccjobs migrate</c> (contract §1).</summary>
public sealed class MigrateTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    [Fact]
    public async Task A_dry_run_changes_nothing_and_names_what_migrating_then_does()
    {
        var dry = await RunAsync("migrate", "--dry-run");
        var untouched = Directory.GetFileSystemEntries(directory.Path);
        var real = await RunAsync("migrate");
        var again = await RunAsync("migrate");

        Assert.Empty(untouched);
        Assert.Equal("Would apply 0001_jobs.", dry.Lines[0]);
        Assert.Equal(real.Out, dry.Out.Replace("Would apply", "Applied", StringComparison.Ordinal));
        Assert.Equal("The schema is up to date.\n", again.Out);
    }

    [Fact]
    public async Task Without_AutoMigrate_a_server_asks_for_it()
    {
        var refused = await Ccjobs.RunAsync(new Setting(directory.Path), "server", "--urls=http://127.0.0.1:0", "--AutoMigrate=false");
        Assert.Equal(1, refused.ExitCode);
        Assert.Matches(@"^The store's schema lacks 0001_jobs(, \d{4}_[a-z_]+)*; migrate it, or set AutoMigrate to true\.\n$", refused.Error);

        await RunAsync("migrate");

        using var server = await ServerProcess.StartAsync(directory, "--AutoMigrate=false");
    }

    public void Dispose() => directory.Dispose();

    private async Task<Ended> RunAsync(params string[] arguments)
    {
        var ended = await Ccjobs.RunAsync(new Setting(directory.Path), arguments);
        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
        return ended;
    }
}
