using System.Text.Json;

namespace CloudController.Jobs.Cli.Tests.Server;

/// <summary><c>ccjobs bench</c> (contract §1). What it measures is never compared with anything here.</summary>
public sealed class BenchTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    [Fact]
    public async Task It_prints_one_document_and_leaves_nothing_behind()
    {
        var ended = await Ccjobs.RunAsync(new Setting(directory.Path), "bench", "--json", "--jobs", "500");

        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
        var result = JsonDocument.Parse(ended.Out).RootElement;
        Assert.Equal(
            ["enqueue_per_second", "bulk_per_second", "process_per_second", "pickup_ms", "settings"],
            result.EnumerateObject().Select(property => property.Name));
        Assert.All(["enqueue_per_second", "bulk_per_second", "process_per_second"], name => Assert.True(result.GetProperty(name).GetDouble() > 0));
        Assert.Equal(["p50", "p99"], result.GetProperty("pickup_ms").EnumerateObject().Select(property => property.Name));
        Assert.Equal(500, result.GetProperty("settings").GetProperty("jobs").GetInt32());
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(directory.Path, "data")));
    }

    [Fact]
    public async Task A_store_without_a_connection_is_refused()
    {
        var ended = await Ccjobs.RunAsync(new Setting(directory.Path), "bench", "--store", "postgres");

        Assert.Equal((2, "Store is postgres, and ConnectionString names no database server; it can be such as "
            + "Host=db.example.org;Database=ccjobs;Username=ccjobs;Password=secret.\n"), (ended.ExitCode, ended.Error));
        Assert.Empty(Directory.GetFileSystemEntries(directory.Path));
    }

    public void Dispose() => directory.Dispose();
}
