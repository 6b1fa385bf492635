using CloudController.Jobs.Storage;

namespace CloudController.Jobs.StoreConformance;

/// <summary>Contract §2, <c>Jobs:FinishedRetentionSeconds</c> and <c>Jobs:FailedRetentionSeconds</c>.</summary>
public abstract class PruningConformance(IStoreFixture fixture) : StoreConformance(fixture)
{
    private static readonly Retention Retention = new(Finished: TimeSpan.FromHours(1), Failed: TimeSpan.FromHours(2));

    [Theory]
    [InlineData(JobPhase.Finished, 1)]
    [InlineData(JobPhase.Failed, 2)]
    [InlineData(JobPhase.Cancelled, 2)]
    [InlineData(JobPhase.Expired, 2)]
    public async Task An_ended_job_is_kept_for_its_retention_and_then_goes(JobPhase phase, int hours)
    {
        var job = await EndedAsync(phase);

        Clock.Advance(TimeSpan.FromHours(hours));
        Assert.Equal(0, await Store.PruneAsync(Retention, 100, Cancellation));
        Assert.NotNull(await Store.FindAsync(job, Cancellation));

        Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, await Store.PruneAsync(Retention, 100, Cancellation));
        Assert.Null(await Store.FindAsync(job, Cancellation));
        Assert.Null(await Store.FindStatusAsync(job, Cancellation));
    }

    [Fact]
    public async Task All_that_belongs_to_a_job_goes_with_it()
    {
        var job = SomeJob() with { Key = Some.Key("k"), Metadata = Some.Labels(("env", "prod")) };
        await RunAsync(Some.Failed, job);

        Clock.Advance(TimeSpan.FromDays(1));
        await Store.PruneAsync(Retention, 100, Cancellation);

        Assert.Empty(await Store.ListRunsAsync(job.Guid, Cancellation));
        Assert.Empty(await ListAsync(new JobFilter { Labels = [new LabelRequirement("env", LabelMatch.Exists, [])] }));
        Assert.Empty(await Store.ListQueuesAsync(Cancellation));
        await SubmitAsync(SomeJob() with { Key = Some.Key("k", body: 2) });
    }

    [Fact]
    public async Task An_open_job_never_goes()
    {
        await SubmitAsync(SomeJob() with { RunAt = Now.AddDays(1_000) });
        await SubmitAsync(SomeJob());
        await StartAsync();
        await RunAsync(Some.Polled);

        Clock.Advance(TimeSpan.FromDays(365));

        Assert.Equal(0, await Store.PruneAsync(Retention, 100, Cancellation));
        Assert.Equal(4, (await ListAsync(JobFilter.None)).Count);
    }

    [Fact]
    public async Task A_job_that_was_retried_in_time_stays()
    {
        var job = await EndedAsync(JobPhase.Failed);
        await Store.RetryAsync(job, Cancellation);
        Clock.Advance(TimeSpan.FromDays(1));
        await EndAsync(await ClaimOneAsync(), Some.Failed);

        Assert.Equal(0, await Store.PruneAsync(Retention, 100, Cancellation));

        Clock.Advance(TimeSpan.FromHours(3));
        Assert.Equal(1, await Store.PruneAsync(Retention, 100, Cancellation));
    }

    [Fact]
    public async Task At_most_the_limit_goes_at_once()
    {
        for (var i = 0; i < 3; i++)
        {
            await EndedAsync(JobPhase.Finished);
            await EndedAsync(JobPhase.Failed);
        }

        Clock.Advance(TimeSpan.FromDays(1));

        Assert.Equal(4, await Store.PruneAsync(Retention, 4, Cancellation));
        Assert.Equal(2, await Store.PruneAsync(Retention, 4, Cancellation));
        Assert.Equal(0, await Store.PruneAsync(Retention, 4, Cancellation));
    }

    private async Task<Guid> EndedAsync(JobPhase phase)
    {
        switch (phase)
        {
            case JobPhase.Finished:
                return await RunAsync(Some.Finished);
            case JobPhase.Failed:
                return await RunAsync(Some.Failed);
            case JobPhase.Cancelled:
                var cancelled = await SubmitAsync(SomeJob());
                await Store.CancelAsync(cancelled, Cancellation);
                return cancelled;
            case JobPhase.Expired:
                var expired = await SubmitAsync(SomeJob() with { ExpiresAt = Now.AddSeconds(1) });
                await PassAsync(TimeSpan.FromSeconds(1));
                return expired;
            default:
                throw new ArgumentOutOfRangeException(nameof(phase), phase, "Not terminal.");
        }
    }
}
