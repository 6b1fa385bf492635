using CloudController.Jobs.Storage;

namespace CloudController.Jobs.StoreConformance;

/// <summary>Failures by operation and kind: what the errors workbench shows.</summary>
public abstract class FailureSummaryConformance(IStoreFixture fixture) : StoreConformance(fixture)
{
    private static readonly RunEnd Unknown = new RunEnd.Failed([JobError.Unknown]);

    [Fact]
    public async Task Without_failures_there_is_nothing()
    {
        await RunAsync(Some.Finished);
        await RunAsync(Some.Released);

        var summary = await SummarizeAsync();

        Assert.Equal((0, false), (summary.Examined, summary.IsPartial));
        Assert.Empty(summary.Groups);
    }

    [Fact]
    public async Task What_the_catalogue_lacks_comes_first_then_what_is_most_frequent()
    {
        await FailAsync("app.one", "CF-AppNotFound");
        await FailAsync("app.one", "CF-AppNotFound");
        await FailAsync("app.one", "CF-AppNotFound");
        await FailAsync("app.two", "CF-AppNotFound");
        await FailAsync("app.one", "System.IO.IOException");
        await FailAsync("app.one", "UnknownError");
        await FailAsync("app.one", "UnknownError");

        var summary = await SummarizeAsync();

        Assert.Equal((7, false), (summary.Examined, summary.IsPartial));
        Assert.Equal(
            [("app.one", "UnknownError", 2), ("app.one", "System.IO.IOException", 1), ("app.one", "CF-AppNotFound", 3), ("app.two", "CF-AppNotFound", 1)],
            summary.Groups.Select(group => (group.Operation, group.Kind, group.Count)));
    }

    [Fact]
    public async Task A_group_has_its_times_its_queues_and_its_latest_run()
    {
        var first = Now;
        await FailAsync("app.one", "System.IO.IOException", queue: "b");
        Clock.Advance(TimeSpan.FromMinutes(1));
        await SubmitAsync(SomeJob("app.one") with { Queue = "a" });
        var run = Assert.Single(await ClaimAsync(operations: ["app.one"]));
        await HeartbeatAsync(run, Some.Report(log: "its log"));
        await SettleAsync(Ending(run, Unknown) with { Failure = "System.IO.IOException", Exception = "System.IO.IOException: disk" });

        var group = Assert.Single((await SummarizeAsync()).Groups);

        Assert.Equal((first, Now, run.Job.Guid), (group.FirstAt, group.LastAt, group.SampleJob));
        Assert.Equal(["a", "b"], group.Queues);
        Assert.Equal(
            new JobRun(Run: 1, Attempt: 1, Now, Now, "failed", [], "worker-1", Log: null, "System.IO.IOException: disk"), group.Sample with { Errors = [] });
        Assert.Equal([JobError.Unknown], group.Sample.Errors);
    }

    [Fact]
    public async Task Only_the_newest_are_looked_at_and_only_so_many_groups_shown()
    {
        await FailAsync("app.old", "UnknownError");
        Clock.Advance(TimeSpan.FromSeconds(1));
        await FailAsync("app.one", "UnknownError");
        await FailAsync("app.two", "UnknownError");

        var newest = await Store.SummarizeFailuresAsync(2, 10, Cancellation);
        Assert.Equal((2, true), (newest.Examined, newest.IsPartial));
        Assert.Equal(["app.one", "app.two"], newest.Groups.Select(group => group.Operation).Order(StringComparer.Ordinal));

        var few = await Store.SummarizeFailuresAsync(10, 1, Cancellation);
        Assert.Equal((3, true, 1), (few.Examined, few.IsPartial, few.Groups.Count));
    }

    [Fact]
    public async Task An_attempt_that_is_tried_again_counts_and_one_that_was_cancelled_does_not()
    {
        await FailAsync("app.one", "UnknownError", attempts: 2);
        var run = await StartAsync(SomeJob("app.two"));
        await Store.CancelAsync(run.Job.Guid, Cancellation);
        await SettleAsync(Ending(run, Unknown) with { Failure = "UnknownError" });

        Assert.Equal(["app.one"], (await SummarizeAsync()).Groups.Select(group => group.Operation));
    }

    [Fact]
    public async Task Failures_go_with_their_job()
    {
        var job = await FailAsync("app.one", "UnknownError");
        await Store.DeleteAsync(job, Cancellation);

        Assert.Empty((await SummarizeAsync()).Groups);
    }

    private Task<FailureSummary> SummarizeAsync() => Store.SummarizeFailuresAsync(1_000, 100, Cancellation);

    private async Task<Guid> FailAsync(string operation, string kind, string queue = "default", int attempts = 1)
    {
        await SubmitAsync(SomeJob(operation) with { Queue = queue, MaxAttempts = attempts });
        var run = Assert.Single(await ClaimAsync(operations: [operation]));
        Assert.Equal(SettleResult.Written, await SettleAsync(Ending(run, Unknown) with { Failure = kind }));
        return run.Job.Guid;
    }
}
