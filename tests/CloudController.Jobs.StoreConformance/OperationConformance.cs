using CloudController.Jobs.Storage;

namespace CloudController.Jobs.StoreConformance;

public abstract class OperationConformance(IStoreFixture fixture) : StoreConformance(fixture)
{
    [Fact]
    public async Task An_operation_never_used_has_nothing_but_zeros()
    {
        var operation = await Store.FindOperationAsync("never.used", Cancellation);

        Assert.Equal(("never.used", null, null), (operation.Name, operation.OldestWaitingSince, operation.Pause));
        Assert.All(operation.Counts.Values, count => Assert.Equal(0, count));
        Assert.Empty(await Store.ListOperationsAsync(Cancellation));
    }

    [Fact]
    public async Task An_operation_counts_its_jobs_over_all_queues()
    {
        var since = Now.AddMinutes(-5);
        await SubmitAsync(SomeJob("app.one") with { Queue = "a" });
        await SubmitAsync(SomeJob("app.one") with { Queue = "b", RunAt = since });
        await SubmitAsync(SomeJob("app.one") with { Queue = "b", RunAt = Now.AddHours(1) });
        await SubmitAsync(SomeJob("app.other") with { Queue = "a", RunAt = Now.AddDays(-1) });

        var operation = await Store.FindOperationAsync("app.one", Cancellation);

        Assert.Equal((2, 1), (operation.Counts[JobPhase.Queued], operation.Counts[JobPhase.Scheduled]));
        Assert.Equal(since, operation.OldestWaitingSince);
    }

    [Fact]
    public async Task Operations_are_listed_by_name_those_with_jobs_and_those_paused()
    {
        await SubmitAsync(SomeJob("b.run"));
        await SubmitAsync(SomeJob("b.run") with { Queue = "another" });
        await Store.PauseOperationAsync("a.run", Pause("why"), Cancellation);

        var operations = await Store.ListOperationsAsync(Cancellation);

        Assert.Equal(["a.run", "b.run"], operations.Select(operation => operation.Name));
        Assert.Equal([Pause("why"), null], operations.Select(operation => operation.Pause));
        Assert.Equal(2, operations[1].Counts[JobPhase.Queued]);
    }

    [Fact]
    public async Task Nothing_of_a_paused_operation_is_claimed_from_any_queue_until_it_is_resumed()
    {
        var first = await SubmitAsync(SomeJob("app.paused") with { Queue = "a", Priority = -1 });
        var second = await SubmitAsync(SomeJob("app.paused") with { Queue = "b" });
        var open = await SubmitAsync(SomeJob("app.open") with { Queue = "a" });
        string[] operations = ["app.paused", "app.open"];
        await Store.PauseOperationAsync("app.paused", Pause(null), Cancellation);

        Assert.Equal([open], (await ClaimAsync(operations: operations)).Select(claimed => claimed.Job.Guid));
        Assert.Empty(await ClaimAsync(operations: operations, queues: ["a", "b"]));

        await Store.ResumeOperationAsync("app.paused", Cancellation);
        Assert.Equal([first, second], (await ClaimAsync(operations: operations)).Select(claimed => claimed.Job.Guid));
    }

    [Fact]
    public async Task A_queue_and_an_operation_of_one_name_are_paused_apart()
    {
        var job = await SubmitAsync(SomeJob("app.same") with { Queue = "other" });
        await SubmitAsync(SomeJob("app.other") with { Queue = "app.same" });
        await Store.PauseQueueAsync("app.same", Pause(null), Cancellation);

        Assert.Null((await Store.FindOperationAsync("app.same", Cancellation)).Pause);
        Assert.Equal([job], (await ClaimAsync(operations: ["app.same", "app.other"])).Select(claimed => claimed.Job.Guid));
    }

    [Fact]
    public async Task What_runs_when_its_operation_is_paused_goes_on_and_may_end()
    {
        var run = await StartAsync(SomeJob("app.run"));
        await Store.PauseOperationAsync("app.run", Pause(null), Cancellation);

        Assert.True((await HeartbeatAsync(run)).Holds);
        await EndAsync(run, Some.Finished);
    }

    [Fact]
    public async Task A_pause_outlives_the_process_and_keeps_who_paused_first_and_why()
    {
        await SubmitAsync(SomeJob("app.run"));
        var first = Pause("first");
        await Store.PauseOperationAsync("app.run", first, Cancellation);
        await Store.PauseOperationAsync("app.run", new QueuePause(Now, "someone else", "second"), Cancellation);
        await ReopenAsync();

        Assert.Equal(first, (await Store.FindOperationAsync("app.run", Cancellation)).Pause);
        Assert.Empty(await ClaimAsync(operations: ["app.run"]));
    }

    [Fact]
    public async Task A_resumed_operation_may_be_paused_anew_and_resuming_what_is_not_paused_does_nothing()
    {
        await Store.ResumeOperationAsync("a.run", Cancellation);
        await Store.PauseOperationAsync("a.run", Pause("first"), Cancellation);
        await Store.ResumeOperationAsync("a.run", Cancellation);
        Assert.Null((await Store.FindOperationAsync("a.run", Cancellation)).Pause);

        await Store.PauseOperationAsync("a.run", Pause("second"), Cancellation);
        Assert.Equal(Pause("second"), (await Store.FindOperationAsync("a.run", Cancellation)).Pause);
    }

    private QueuePause Pause(string? reason) => new(Now, "admin", reason);
}
