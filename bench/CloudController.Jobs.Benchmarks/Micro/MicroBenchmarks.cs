using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using BenchmarkJob = BenchmarkDotNet.Jobs.Job;

namespace CloudController.Jobs.Benchmarks.Micro;

/// <summary>The small parts on hot paths, each alone.</summary>
internal static class MicroBenchmarks
{
    public static void Run()
    {
        // In this process: a generated project would know nothing of our central versions and lock files.
        var config = ManualConfig.CreateEmpty()
            .AddJob(BenchmarkJob.ShortRun.WithToolchain(InProcessEmitToolchain.DontLogOutput))
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddLogger(ConsoleLogger.Default)
            .WithOptions(ConfigOptions.JoinSummary | ConfigOptions.DisableLogFile);
        BenchmarkRunner.Run(
            [
                typeof(GuidBenchmarks), typeof(LeaseIdBenchmarks), typeof(LifecycleBenchmarks), typeof(CatalogBenchmarks),
                typeof(RequestIdBenchmarks), typeof(V2DocumentBenchmarks), typeof(SubmissionBenchmarks),
            ],
            config);
    }
}
