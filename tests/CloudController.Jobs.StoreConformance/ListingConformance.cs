using CloudController.Jobs.Storage;

namespace CloudController.Jobs.StoreConformance;

/// <summary>Contract §5, <c>GET /v3/jobs</c>.</summary>
public abstract class ListingConformance(IStoreFixture fixture) : StoreConformance(fixture)
{
    [Fact]
    public async Task Only_the_owner_s_jobs_are_listed()
    {
        var own = await SubmitAsync(SomeJob());
        var other = await SubmitAsync(SomeJob() with { Owner = Some.OtherOwner });
        var sameSubject = await SubmitAsync(SomeJob() with { Owner = new JobOwner("", Some.Owner.Subject) });

        Assert.Equal([own], await ListAsync(new JobFilter { Owner = Some.Owner }));
        Assert.Equal([other], await ListAsync(new JobFilter { Owner = Some.OtherOwner }));
        Assert.Equal([sameSubject], await ListAsync(new JobFilter { Owner = new JobOwner("", Some.Owner.Subject) }));
        Assert.Empty(await ListAsync(new JobFilter { Owner = new JobOwner("", "nobody") }));
        Assert.Equal(3, (await ListAsync(JobFilter.None)).Count);
    }

    [Fact]
    public async Task Guids_select()
    {
        var jobs = SomeJobs(3);
        await SubmitAllAsync(jobs);

        Assert.Equal([jobs[0].Guid, jobs[2].Guid], await ListAsync(new JobFilter { Guids = [jobs[2].Guid, JobGuid.New(Now), jobs[0].Guid] }));
        Assert.Empty(await ListAsync(new JobFilter { Guids = [JobGuid.New(Now)] }));
    }

    [Fact]
    public async Task Guids_select_only_of_the_owners_jobs()
    {
        var own = await SubmitAsync(SomeJob());
        var other = await SubmitAsync(SomeJob() with { Owner = Some.OtherOwner });

        Assert.Equal([own], await ListAsync(new JobFilter { Guids = [other, own], Owner = Some.Owner }));
        Assert.Empty(await ListAsync(new JobFilter { Guids = [other, own], Owner = new JobOwner("", "nobody") }));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_owners_bulk_is_listed_page_by_page(bool descending)
    {
        var jobs = SomeJobs(250);
        await TrySubmitAsync([.. jobs.Take(200)]);
        await TrySubmitAsync([SomeJob() with { Owner = Some.OtherOwner }]);
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        NewJob[] later = [.. SomeJobs(50)];
        await TrySubmitAsync(later);
        await TrySubmitAsync([.. jobs.Skip(200)]);
        var expected = descending ? Guids([.. later, .. jobs]) : Guids([.. jobs, .. later]);

        for (var skip = 0; skip < 300; skip += 70)
        {
            var page = await Store.ListAsync(
                new JobFilter { Owner = Some.Owner }, new JobOrder(JobOrderBy.CreatedAt, descending), skip, 70, Cancellation);
            Assert.Equal(expected.Skip(skip).Take(70), page.Jobs.Select(job => job.Guid));
            Assert.Equal(300, page.Total);
        }
    }

    [Fact]
    public async Task What_is_deleted_of_a_bulk_leaves_the_others_listed()
    {
        var jobs = SomeJobs(250);
        await TrySubmitAsync(jobs);
        await Store.CancelManyAsync(JobFilter.None, 1_000, Cancellation);

        await Task.WhenAll(jobs.Where((_, index) => index % 3 != 0).Select(job => Store.DeleteAsync(job.Guid, Cancellation)));

        Assert.Equal(jobs.Where((_, index) => index % 3 == 0).Select(job => job.Guid), await ListAsync(new JobFilter { Owner = Some.Owner }));
        Assert.Equal(84, (await Store.ListAsync(new JobFilter { Owner = Some.Owner }, default, 0, 1, Cancellation)).Total);
    }

    [Theory]
    [InlineData(JobPhase.Queued)]
    [InlineData(JobPhase.PollDue)]
    [InlineData(JobPhase.Scheduled)]
    [InlineData(JobPhase.Polling)]
    [InlineData(JobPhase.Running)]
    [InlineData(JobPhase.Finished)]
    [InlineData(JobPhase.Failed)]
    [InlineData(JobPhase.Cancelled)]
    [InlineData(JobPhase.Expired)]
    public async Task A_phase_selects(JobPhase phase)
    {
        var jobs = await OneInEachPhaseAsync();

        Assert.Equal([jobs[phase]], await ListAsync(new JobFilter { Phases = [phase] }));
        Assert.Equal([jobs[phase]], await ListAsync(new JobFilter { Phases = [phase], Owner = Some.Owner }));
    }

    [Fact]
    public async Task Phases_select_any_of_them()
    {
        var jobs = await OneInEachPhaseAsync();

        Assert.Equal(
            new[] { jobs[JobPhase.Polling], jobs[JobPhase.PollDue] }.Order(),
            (await ListAsync(new JobFilter { Phases = JobPhases.FromStateName("POLLING") })).Order());
        Assert.Equal(jobs.Count, (await ListAsync(new JobFilter { Phases = Enum.GetValues<JobPhase>() })).Count);
    }

    [Fact]
    public async Task Operations_and_queues_select()
    {
        var first = await SubmitAsync(SomeJob("a") with { Queue = "x" });
        var second = await SubmitAsync(SomeJob("b") with { Queue = "x" });
        var third = await SubmitAsync(SomeJob("a") with { Queue = "y" });

        Assert.Equal([first, third], await ListAsync(new JobFilter { Operations = ["a"] }));
        Assert.Equal([first, second], await ListAsync(new JobFilter { Queues = ["x"] }));
        Assert.Equal([first, second, third], await ListAsync(new JobFilter { Operations = ["b", "a", "never"] }));
        Assert.Equal([third], await ListAsync(new JobFilter { Operations = ["a"], Queues = ["y", "never"] }));
        Assert.Empty(await ListAsync(new JobFilter { Operations = ["never"] }));
        Assert.Empty(await ListAsync(new JobFilter { Queues = ["X"] }));
    }

    [Fact]
    public async Task Resources_select()
    {
        var job = await SubmitAsync(SomeJob() with { Resource = new JobResource("app", "r-1", null) });
        await SubmitAsync(SomeJob() with { Resource = new JobResource("app", "r-2", null) });
        await SubmitAsync(SomeJob());

        Assert.Equal([job], await ListAsync(new JobFilter { ResourceGuids = ["r-1", "r-3"] }));
    }

    [Fact]
    public async Task All_that_is_given_must_hold()
    {
        var match = SomeJob("a") with { Queue = "q", Resource = new JobResource("app", "r", null), Metadata = Some.Labels(("env", "prod")) };
        await SubmitAsync(match);
        await SubmitAsync(match with { Guid = JobGuid.New(Now), Operation = "b" });
        await SubmitAsync(match with { Guid = JobGuid.New(Now), Queue = "r" });
        await SubmitAsync(match with { Guid = JobGuid.New(Now), Resource = null });
        await SubmitAsync(match with { Guid = JobGuid.New(Now), Metadata = JobMetadata.None });
        await SubmitAsync(match with { Guid = JobGuid.New(Now), Owner = Some.OtherOwner });
        await SubmitAsync(match with { Guid = JobGuid.New(Now), RunAt = Now.AddHours(1) });
        var second = WholeSecond(Now);

        Assert.Equal([match.Guid], await ListAsync(new JobFilter
        {
            Owner = Some.Owner,
            Phases = [JobPhase.Queued, JobPhase.Running],
            Operations = ["a", "z"],
            Queues = ["q", "z"],
            ResourceGuids = ["r"],
            CreatedAts = [new TimeCondition(TimeComparison.Equal, [second])],
            UpdatedAts = [new TimeCondition(TimeComparison.LessOrEqual, [second])],
            Labels = [new LabelRequirement("env", LabelMatch.In, ["prod"])],
        }));
    }

    [Fact]
    public async Task The_default_order_is_the_oldest_first_and_ties_in_the_order_of_submission()
    {
        var older = SomeJobs(3);
        Clock.Advance(TimeSpan.FromSeconds(1));
        var newer = SomeJobs(3);
        await TrySubmitAsync(newer);
        await TrySubmitAsync(older);

        Assert.Equal(Guids([.. older, .. newer]), await ListAsync(JobFilter.None));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_order_has_its_ties_in_the_order_of_submission(bool descending)
    {
        var older = SomeJobs(3);
        await TrySubmitAsync(older);
        Clock.Advance(TimeSpan.FromSeconds(1));
        var newer = SomeJobs(3);
        await TrySubmitAsync(newer);
        var expected = descending ? Guids([.. newer, .. older]) : Guids([.. older, .. newer]);

        Assert.Equal(expected, await ListAsync(new JobOrder(JobOrderBy.CreatedAt, descending)));
        Assert.Equal(expected, await ListAsync(new JobOrder(JobOrderBy.UpdatedAt, descending)));
    }

    [Fact]
    public async Task What_changed_last_comes_last_by_change()
    {
        var first = await SubmitAsync(SomeJob() with { Priority = 1 });
        var second = await SubmitAsync(SomeJob());
        Clock.Advance(TimeSpan.FromSeconds(1));
        await Store.CancelAsync(first, Cancellation);

        Assert.Equal([second, first], await ListAsync(new JobOrder(JobOrderBy.UpdatedAt, Descending: false)));
        Assert.Equal([first, second], await ListAsync(new JobOrder(JobOrderBy.CreatedAt, Descending: false)));
    }

    [Theory]
    [InlineData(0, 3, new[] { 0, 1, 2 })]
    [InlineData(3, 3, new[] { 3, 4, 5 })]
    [InlineData(6, 3, new[] { 6 })]
    [InlineData(7, 3, new int[0])]
    [InlineData(99_999, 1, new int[0])]
    [InlineData(0, 5_000, new[] { 0, 1, 2, 3, 4, 5, 6 })]
    [InlineData(0, 0, new int[0])]
    public async Task A_page_is_cut_from_the_list_and_the_total_is_of_all(int skip, int take, int[] expected)
    {
        var jobs = SomeJobs(7);
        await TrySubmitAsync(jobs);
        await SubmitAsync(SomeJob() with { Owner = Some.OtherOwner });

        var page = await Store.ListAsync(new JobFilter { Owner = Some.Owner }, default, skip, take, Cancellation);

        Assert.Equal(expected.Select(index => jobs[index].Guid), page.Jobs.Select(job => job.Guid));
        Assert.Equal(7, page.Total);
    }

    [Fact]
    public async Task Listed_jobs_are_whole_but_for_arguments_and_result()
    {
        var run = await StartAsync(SomeJob() with { Metadata = Some.Labels(("a", "b")), Resource = new JobResource("app", "r", "/v3/apps/r") });
        await SettleAsync(Ending(run, Some.Finished) with { Result = "1"u8.ToArray(), Report = Some.Report(5, "m", ["w"]) });
        var whole = await FindAsync(run.Job.Guid);

        var listed = Assert.Single((await Store.ListAsync(JobFilter.None, default, 0, 10, Cancellation)).Jobs);

        JobAssert.Same(whole with { Arguments = default, Result = default }, listed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pages_of_jobs_that_run_are_in_order_whether_full_or_not(bool descending)
    {
        var running = new List<(Guid Guid, DateTimeOffset CreatedAt)>();
        for (var job = 0; job < 7; job++)
        {
            running.Add(((await StartAsync(SomeJob())).Job.Guid, Now));
            if (job % 3 == 2)
            {
                await PassAsync(TimeSpan.FromMilliseconds(1));
            }
        }

        await RunAsync(Some.Finished);
        await SubmitAsync(SomeJob());
        var inOrder = (descending ? running.OrderByDescending(job => job.CreatedAt) : running.OrderBy(job => job.CreatedAt)).Select(job => job.Guid).ToArray();

        for (var skip = 0; skip < 10; skip++)
        {
            var page = await Store.ListAsync(
                new JobFilter { Phases = [JobPhase.Running] }, new JobOrder(JobOrderBy.CreatedAt, descending), skip, 2, Cancellation);
            Assert.Equal(inOrder.Skip(skip).Take(2), page.Jobs.Select(job => job.Guid));
            Assert.Equal(running.Count, page.Total);
        }
    }

    [Fact]
    public async Task Totals_stop_at_a_hundred_thousand()
    {
        await SubmitAllAsync(SomeJobs(100_001));

        Assert.Equal(100_000, (await Store.ListAsync(JobFilter.None, default, 0, 1, Cancellation)).Total);
        Assert.Equal(100_000, (await Store.ListAsync(new JobFilter { Phases = [JobPhase.Queued] }, default, 99_999, 1, Cancellation)).Total);
    }

    private static DateTimeOffset WholeSecond(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());

    private static IEnumerable<Guid> Guids(IEnumerable<NewJob> jobs) => jobs.Select(job => job.Guid);

    private async Task<IReadOnlyList<Guid>> ListAsync(JobOrder order) =>
        [.. (await Store.ListAsync(JobFilter.None, order, 0, 100, Cancellation)).Jobs.Select(job => job.Guid)];

    private async Task<Dictionary<JobPhase, Guid>> OneInEachPhaseAsync()
    {
        var jobs = new Dictionary<JobPhase, Guid>
        {
            [JobPhase.PollDue] = await RunAsync(new RunEnd.Polled(TimeSpan.FromSeconds(1))),
            [JobPhase.Expired] = await SubmitAsync(SomeJob() with { ExpiresAt = Now.AddSeconds(1) }),
        };
        await PassAsync(TimeSpan.FromSeconds(1));
        jobs[JobPhase.Polling] = await RunAsync(Some.Polled, SomeJob("app.poll"));
        jobs[JobPhase.Running] = (await StartAsync(SomeJob("app.run"))).Job.Guid;
        jobs[JobPhase.Finished] = await RunAsync(Some.Finished, SomeJob("app.finish"));
        jobs[JobPhase.Failed] = await RunAsync(Some.Failed, SomeJob("app.fail"));
        jobs[JobPhase.Cancelled] = await SubmitAsync(SomeJob());
        await Store.CancelAsync(jobs[JobPhase.Cancelled], Cancellation);
        jobs[JobPhase.Scheduled] = await SubmitAsync(SomeJob() with { RunAt = Now.AddHours(1) });
        jobs[JobPhase.Queued] = await SubmitAsync(SomeJob());
        return jobs;
    }
}
