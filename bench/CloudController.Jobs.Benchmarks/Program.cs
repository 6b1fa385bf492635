using CloudController.Jobs.Benchmarks.Engine;
using CloudController.Jobs.Benchmarks.Estimates;
using CloudController.Jobs.Benchmarks.Http;
using CloudController.Jobs.Benchmarks.Measuring;
using CloudController.Jobs.Benchmarks.Memory;
using CloudController.Jobs.Benchmarks.Micro;
using CloudController.Jobs.Benchmarks.Nodes;
using CloudController.Jobs.Benchmarks.Pages;
using CloudController.Jobs.Benchmarks.Rivals;
using CloudController.Jobs.Benchmarks.Stores;

const string Usage = """
    Usage: CloudController.Jobs.Benchmarks WHAT [--directory PATH] [--jobs N] [--seconds N] [--repetitions N]

      http      statuses read and jobs submitted over HTTP, beside bare programs (needs wrk)
      memory    a server at rest, and with 10,000 sleeping jobs
      followers 10,000 followers by Server-Sent Events, or as many as --jobs says, while nothing changes
      estimates how far off the estimates of running jobs are
      dashboard pages of the dashboard over a million jobs
      engine    jobs run in process
      sqlite    the SQLite store's verbs in process, beside plain Microsoft.Data.Sqlite
      postgres  the PostgreSQL store's verbs, beside plain Npgsql, on a server of its own (needs PostgreSQL's programs)
      pressure  the PostgreSQL store beside --jobs ended and 1,000,000 scheduled jobs, and for --seconds beside a transaction that holds xmin
      nodes     two servers on one PostgreSQL: statements at rest, counted for --seconds, and how soon a follower at one sees the other's changes
      micro     the small parts on hot paths
      all       all of these but pressure

    Usage: CloudController.Jobs.Benchmarks rivals [--repetitions N] [--only NAME,...] [--short] [--directory PATH] [--json FILE] [--document FILE]

      Other job queues, plain Npgsql and this one side by side: docs/benchmarks.md. Names are plain, ours, ours-http, graphile-worker, pg-boss,
      hangfire, quartz and bullmq. What was measured replaces that part of the document; a line of JSON for each goes into the file.
    """;

// Started by the benchmarks themselves, as a process of its own.
if (args is ["serve-rows", var database, var url])
    return await BareRowsServer.RunAsync(database, url);

if (args is ["rival", var rival])
    return await RivalBench.ServeAsync(rival);

if (args is ["rivals", ..] && RivalSettings.Parse(args.AsSpan(1)) is { } rivals)
    return await RivalBench.RunAsync(rivals, Console.Out, Console.Error);

if (args is not [("http" or "memory" or "followers" or "estimates" or "dashboard" or "engine" or "sqlite" or "postgres" or "pressure" or "nodes" or "micro"
        or "all") and var what, ..]
    || BenchmarkSettings.Parse(args.AsSpan(1)) is not { } settings)
{
    Console.Error.WriteLine(Usage);
    return 2;
}

var output = Console.Out;
Machine.Describe(output, settings.Directory);
if (what is "http" or "all")
{
    if (!Wrk.IsThere(Console.Error))
        return 1;

    await StatusReads.RunAsync(settings, output);
    await Submits.RunAsync(settings, output);
}

if (what is "memory" or "all")
{
    await RestingServer.RunAsync(settings, output);
    await SleepingJobs.RunAsync(settings, output);
}

if (what is "followers" or "all")
    await IdleFollowers.RunAsync(settings, output);

if (what is "estimates" or "all")
    await EstimateCoverage.RunAsync(settings, output);

if (what is "dashboard" or "all")
    await DashboardPages.RunAsync(settings, output);

if (what is "engine" or "all")
    await EngineThroughput.RunAsync(settings, output);

if (what is "sqlite" or "all")
    await SqliteStoreBench.RunAsync(settings, output);

if (what is "postgres" or "all")
    await PostgreSqlStoreBench.RunAsync(settings, output);

if (what is "pressure")
    await PostgreSqlPressure.RunAsync(settings, output);

if (what is "nodes" or "all")
    await TwoNodes.RunAsync(settings, output);

if (what is "micro" or "all")
    MicroBenchmarks.Run();

return 0;
