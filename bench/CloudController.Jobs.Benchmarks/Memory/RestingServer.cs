using CloudController.Jobs.Benchmarks.Measuring;

namespace CloudController.Jobs.Benchmarks.Memory;

/// <summary>What a server needs that has nothing to do: resident memory half a minute after its start, and its share of a core in the
/// half minute after.</summary>
internal static class RestingServer
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(30);

    public static async Task RunAsync(BenchmarkSettings settings, TextWriter output)
    {
        var (resident, share, threads) = (new List<double>(), new List<double>(), new List<double>());
        for (var i = 0; i < settings.Repetitions; i++)
        {
            using var scratch = new ScratchDirectory(settings.Directory);
            await using var server = await JobsServer.StartAsync(scratch.Path);
            await Task.Delay(Rest);
            var before = server.Process.ProcessorTime;
            resident.Add(server.Process.ResidentMiB);
            threads.Add(server.Process.Threads);
            await Task.Delay(Rest);
            share.Add((server.Process.ProcessorTime - before) / Rest * 100);
        }

        var table = new ResultTable(output, "ccjobs server at rest");
        table.Add("resident memory", "MiB", resident, "< 90");
        table.Add("share of a core", "%", share, "< 1");
        table.Add("threads", "", threads);
    }
}
