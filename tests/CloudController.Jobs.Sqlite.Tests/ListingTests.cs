using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Sqlite.Tests;

public sealed class ListingTests : IDisposable
{
    private readonly StoreFolder folder = new();

    [Fact]
    public async Task What_a_filter_leaves_is_the_same_whether_it_is_few_or_many()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var store = await folder.OpenAsync();
        var jobs = Enumerable.Range(0, SqliteNarrowing.Few + 1)
            .Select(n => folder.Job() with { Queue = n % 2 == 0 ? "even" : "odd", Metadata = new([new("n", $"{n % 3}")], []) })
            .ToList();
        foreach (var bulk in jobs.Chunk(1_000))
        {
            await store.SubmitAsync(bulk, int.MaxValue, cancellation);
        }

        Assert.Equal(jobs.Count, await CountAsync(new JobFilter { Phases = [JobPhase.Queued] }));
        Assert.Equal(jobs.Count, await CountAsync(new JobFilter { Queues = ["even", "odd"], Operations = ["app.delete"] }));
        Assert.Equal(jobs.Count, await CountAsync(new JobFilter { Labels = [new LabelRequirement("n", LabelMatch.Exists, [])] }));
        Assert.Equal(jobs.Count(job => job.Queue == "even"), await CountAsync(new JobFilter { Queues = ["even"] }));
        Assert.Equal(0, await CountAsync(new JobFilter { Phases = [JobPhase.Failed] }));

        var page = await store.ListAsync(new JobFilter { Phases = [JobPhase.Queued] }, new JobOrder(JobOrderBy.CreatedAt, Descending: false), 5_000, 10, cancellation);
        Assert.Equal(jobs.Skip(5_000).Take(10).Select(job => job.Guid), page.Jobs.Select(job => job.Guid));

        async Task<int> CountAsync(JobFilter filter) => (await store.ListAsync(filter, default, 0, 0, cancellation)).Total;
    }

    public void Dispose() => folder.Dispose();
}
