using System.Text;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.StoreConformance;

public abstract class SubmittingConformance(IStoreFixture fixture) : StoreConformance(fixture)
{
    [Fact]
    public async Task A_job_is_held_with_all_that_it_was_submitted_with()
    {
        var job = SomeJob("service.bind") with
        {
            Arguments = """{"b":[1,2],"a":null}"""u8.ToArray(),
            Queue = "slow.things",
            Priority = -7,
            RunAt = Now.AddMilliseconds(1_234),
            MaxAttempts = 42,
            Backoff = new Backoff(1.5, 3.25, 99),
            Timeout = TimeSpan.FromSeconds(77),
            ExpiresAt = Now.AddDays(3).AddMilliseconds(1),
            Resource = new JobResource("app", "5a0bd0a3", "/v3/apps/5a0bd0a3"),
            Metadata = new JobMetadata(
                [KeyValuePair.Create("example.com/env", "prod"), KeyValuePair.Create("a", "")],
                [KeyValuePair.Create("note", "Zoë says \"hi\"\n👋")]),
            RequestId = "req::5a0bd0a3",
            TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        };

        await SubmitAsync(job);

        JobAssert.Same(Job.From(job), await FindAsync(job.Guid));
    }

    [Fact]
    public async Task A_job_is_held_with_what_it_was_submitted_without()
    {
        var job = SomeJob() with { Arguments = default };

        await SubmitAsync(job);

        JobAssert.Same(Job.From(job), await FindAsync(job.Guid));
    }

    [Theory]
    // Contract §5: comes back as sent, key order, digits, \u0000.
    [InlineData("""{"z":1,"a":2,"m":{"y":3,"b":4}}""")]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"text":"\u0000 \ud83d\ude00 \/"}""")]
    [InlineData("""[1.0,1E+2,-0,12345678901234567890.000000000000000000001]""")]
    [InlineData("\"Zoë 👋\"")]
    [InlineData("null")]
    [InlineData("false")]
    [InlineData("{}")]
    public async Task Arguments_come_back_byte_for_byte(string json)
    {
        var job = SomeJob() with { Arguments = Encoding.UTF8.GetBytes(json) };

        await SubmitAsync(job);

        Assert.Equal(json, Encoding.UTF8.GetString((await FindAsync(job.Guid)).Arguments.Span));
    }

    [Fact]
    public async Task Arguments_of_a_mebibyte_come_back_byte_for_byte()
    {
        var bytes = new byte[1_048_576];
        Array.Fill(bytes, (byte)'7');
        (bytes[0], bytes[^1]) = ((byte)'"', (byte)'"');
        var job = SomeJob() with { Arguments = bytes };

        await SubmitAsync(job);

        Assert.Equal(bytes, (await FindAsync(job.Guid)).Arguments.ToArray());
    }

    [Fact]
    public async Task A_thousand_at_once_are_accepted_in_the_order_given()
    {
        var jobs = SomeJobs(1_000);

        var accepted = Assert.IsType<Submission.Accepted>(await TrySubmitAsync(jobs));

        Assert.Equal(jobs.Select(job => new SubmittedJob(job.Guid, Created: true)), accepted.Jobs);
        Assert.Equal(jobs.Select(job => job.Guid), await ListAsync(JobFilter.None));
    }

    [Fact]
    public async Task Of_jobs_that_cannot_all_be_kept_none_is()
    {
        await SubmitAsync(SomeJob() with { Key = Some.Key("taken") });
        NewJob[] jobs = [SomeJob(), SomeJob() with { Key = Some.Key("free") }, SomeJob() with { Key = Some.Key("taken", body: 2) }];

        Assert.Equal(new Submission.KeyConflict(Index: 2), await TrySubmitAsync(jobs));

        Assert.Empty(await Store.FindManyAsync([.. jobs.Select(job => job.Guid)], Cancellation));
        Assert.Single(await ListAsync(JobFilter.None));
    }

    [Fact]
    public async Task Given_up_before_the_commit_nothing_is_kept()
    {
        var givenUp = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.SubmitAsync([SomeJob()], int.MaxValue, givenUp));

        Assert.Empty(await ListAsync(JobFilter.None));
    }

    [Fact]
    public async Task A_job_whose_time_has_passed_waits_in_the_queue_and_one_whose_time_comes_is_scheduled()
    {
        var past = await SubmitAsync(SomeJob() with { RunAt = Now.AddHours(-1) });
        var now = await SubmitAsync(SomeJob() with { RunAt = Now });
        var later = await SubmitAsync(SomeJob() with { RunAt = Now.AddMilliseconds(1) });

        Assert.Equal(
            [JobPhase.Queued, JobPhase.Queued, JobPhase.Scheduled],
            (await Store.FindManyAsync([past, now, later], Cancellation)).Select(job => job.Lifecycle.Phase));
    }

    [Fact]
    public async Task Submitters_at_once_lose_nothing()
    {
        var jobs = SomeJobs(200);

        await Task.WhenAll(jobs.Select(job => Task.Run(() => SubmitAsync(job), Cancellation)));

        Assert.Equal(jobs.Select(job => job.Guid).Order(), (await ListAsync(JobFilter.None)).Order());
    }
}
