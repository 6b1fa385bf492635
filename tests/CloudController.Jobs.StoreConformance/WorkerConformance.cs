using CloudController.Jobs.Storage;

namespace CloudController.Jobs.StoreConformance;

/// <summary>Which workers are live is known from their signs of life.</summary>
public abstract class WorkerConformance(IStoreFixture fixture) : StoreConformance(fixture)
{
    private static readonly WorkerSeen Node =
        new("node-1", null, TimeSpan.FromSeconds(30)) { Serves = new WorkerServes(null, ["app.delete"], "1.2.3") };

    private static readonly WorkerSeen Elsewhere =
        new("a", Some.OtherOwner, TimeSpan.FromMinutes(2)) { Serves = new WorkerServes(["q", "b"], ["app.delete", "app.copy"], null) };

    [Fact]
    public async Task Nodes_come_first_and_each_says_what_it_serves()
    {
        await SawAsync(Elsewhere, Node);

        var workers = await ListAsync();

        Assert.Equal(["node-1", "a"], workers.Select(worker => worker.Name));
        Assert.Equal([null, Some.OtherOwner], workers.Select(worker => worker.Holder));
        Assert.Equal([null, "q b"], workers.Select(worker => worker.Serves.Queues is { } queues ? string.Join(' ', queues) : null));
        Assert.Equal(["app.delete", "app.delete app.copy"], workers.Select(worker => string.Join(' ', worker.Serves.Operations)));
        Assert.Equal(["1.2.3", null], workers.Select(worker => worker.Serves.Version));
        Assert.All(workers, worker => Assert.Equal((0, Now), (worker.Running, worker.LastHeartbeatAt)));
    }

    [Fact]
    public async Task One_that_gives_no_further_sign_is_live_for_as_long_as_it_said()
    {
        await SawAsync(Node, Elsewhere);

        Clock.Advance(Node.LiveFor);

        Assert.Equal(["a"], (await ListAsync()).Select(worker => worker.Name));
    }

    [Fact]
    public async Task A_further_sign_prolongs_it_and_need_not_say_again_what_it_serves()
    {
        await SawAsync(Elsewhere);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await SawAsync(Elsewhere with { Serves = null });
        Clock.Advance(TimeSpan.FromMinutes(1));

        var worker = Assert.Single(await ListAsync());

        Assert.Equal(Now.AddMinutes(-1), worker.LastHeartbeatAt);
        Assert.Equal(["app.delete", "app.copy"], worker.Serves.Operations);
    }

    [Fact]
    public async Task What_each_runs_is_counted_apart_even_where_two_have_the_same_name()
    {
        await SawAsync(Elsewhere, Elsewhere with { Holder = Some.Owner }, Elsewhere with { Holder = null });
        await TrySubmitAsync(SomeJobs(6));
        await ClaimAsync(1, Some.OtherOwner);
        await ClaimAsync(2, Some.Owner);
        await ClaimAsync(3, null);

        Assert.Equal(
            new HashSet<(JobOwner?, int)> { (Some.OtherOwner, 1), (Some.Owner, 2), (null, 3) },
            (await ListAsync()).Select(worker => (worker.Holder, worker.Running)).ToHashSet());
    }

    private async Task SawAsync(params WorkerSeen[] workers)
    {
        foreach (var worker in workers)
        {
            await Store.SawWorkerAsync(worker, Cancellation);
        }
    }

    private Task<IReadOnlyList<WorkerStatus>> ListAsync() => Store.ListWorkersAsync(Cancellation);

    private async Task ClaimAsync(int limit, JobOwner? holder) =>
        Assert.Equal(limit, (await Store.SettleAndClaimAsync([], Wanted(limit) with { Worker = "a", Holder = holder }, Cancellation)).Claimed.Count);
}
