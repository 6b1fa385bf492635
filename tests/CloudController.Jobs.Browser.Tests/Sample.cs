using System.Text;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Browser.Tests;

/// <summary>A server in the middle of a working day.</summary>
internal static class Sample
{
    private static readonly string[] Operations = ["app.deploy", "app.delete", "droplet.stage", "service_instance.create", "route.map"];

    /// <summary>Fills a site with jobs in every state.</summary>
    /// <returns>A job that runs.</returns>
    public static async Task<Guid> FillAsync(Site site)
    {
        var cancellation = TestContext.Current.CancellationToken;
        for (var number = 0; number < 12; number++)
        {
            var app = $"web-{number}";
            var ended = await site.SubmitAsync(job => job with
            {
                Arguments = Encoding.UTF8.GetBytes($$"""{"app":"{{app}}"}"""),
                Resource = new JobResource("app", app, $"/v3/apps/{app}"),
            });
            site.Stage.End(ended, number switch
            {
                3 or 8 => JobOutcome.Failed("AppNotFound", app),
                6 => JobOutcome.FailedInternally("System.TimeoutException: cell 7 did not answer in 30 s\n   at Cells.StartAsync(Instance instance)"),
                _ => JobOutcome.Finished(),
            });
        }

        await site.Store.AddActivityAsync([.. EarlierToday(DateTimeOffset.UtcNow)], cancellation);

        foreach (var operation in Operations.Skip(1))
            await site.SubmitAsync(job => job with { Operation = operation, Queue = operation.Split('.')[0] });

        await site.SubmitAsync(job => job with { RunAt = job.CreatedAt.AddHours(3) });
        await site.Store.PauseQueueAsync("service_instance", new(DateTimeOffset.UtcNow.AddMinutes(-7), "sam", "The broker is being upgraded"), cancellation);
        return await RunningAsync(site);
    }

    // A steady load with a peak, and a bad quarter of an hour.
    private static IEnumerable<ActivityMinute> EarlierToday(DateTimeOffset now)
    {
        var start = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero).AddMinutes(-59);
        for (var minute = 0; minute < 59; minute++)
        {
            var finished = 180 + (int)(70 * Math.Sin(minute / 9.0)) + (minute * 37 % 41);
            var failed = minute is > 30 and < 42 ? 14 - Math.Abs(36 - minute) : minute % 13 == 0 ? 2 : 0;
            var longest = TimeSpan.FromMilliseconds(8 + (minute * 29 % 17) + (minute is > 30 and < 42 ? 90 : 0));
            yield return new(start.AddMinutes(minute), finished, failed, finished + failed, 0.4 * longest * (finished + failed), longest);
        }
    }

    private static async Task<Guid> RunningAsync(Site site)
    {
        var job = await site.SubmitAsync(job => job with
        {
            MaxAttempts = 3,
            Backoff = new Backoff(1, 1, 1),
            Arguments = """{"app":"storefront","strategy":"rolling","instances":4}"""u8.ToArray(),
            Resource = new JobResource("app", "5d1c9f0e-storefront", "/v3/apps/storefront"),
            Metadata = new JobMetadata([new("env", "prod"), new("team", "checkout")], []),
        });
        var first = await site.Stage.RunOf(job);
        first.WriteLog("pulling droplet 81f2");
        first.WriteLog("cell 3 did not answer in 30 s");
        site.Stage.End(job, JobOutcome.Failed("AppNotFound", "storefront"));

        var second = await site.Stage.RunOf(job, run: 2);
        second.WriteLog("pulling droplet 81f2");
        second.WriteLog("instance 0 is healthy");
        second.WriteLog("instance 1 is healthy");
        second.Warn("The stack cflinuxfs3 is deprecated.");
        second.ReportProgress(62, "Starting instance 3 of 4");
        return job;
    }
}
