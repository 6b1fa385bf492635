using CloudController.Jobs.Storage;
using Microsoft.Extensions.Time.Testing;

namespace CloudController.Jobs.StoreConformance;

/// <summary>What a store should hold, by the pure lifecycle alone; makes each move on both and compares.</summary>
internal sealed class StoreModel(ITestStore opened, FakeTimeProvider clock, CancellationToken cancellationToken)
{
    public static readonly DateTimeOffset Start = new(2026, 10, 25, 0, 59, 0, TimeSpan.Zero);

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly Retention Retention = new(Finished: TimeSpan.FromSeconds(60), Failed: TimeSpan.FromSeconds(90));
    private static readonly JobError Expired = new(Some.ExpiredCode, "CF-JobExpired", "Expired.");

    // In the order of submission; those that were forgotten too, without a life.
    private readonly List<(NewJob Submitted, JobLifecycle? Life)> jobs = [];
    private readonly List<ClaimedJob> runs = [];

    private DateTimeOffset Now => clock.GetUtcNow();

    private IJobStore Store => opened.Store;

    public async Task MakeAsync(StoreMove move)
    {
        await (move switch
        {
            StoreMove.Submit submit => SubmitAsync(submit),
            StoreMove.Wait wait => WaitAsync(wait),
            StoreMove.Promote => PromoteAsync(),
            StoreMove.Claim claim => ClaimAsync(claim.Limit),
            StoreMove.Settle settle => runs.Count > 0 ? SettleAsync(runs[settle.Run % runs.Count], settle.End) : Task.CompletedTask,
            StoreMove.Beat beat => runs.Count > 0 ? BeatAsync(runs[beat.Run % runs.Count]) : Task.CompletedTask,
            StoreMove.Cancel cancel => ActAsync(cancel.Job, Store.CancelAsync, life => life.RequestCancel(Now, Some.Rules.Cancelled)),
            StoreMove.Retry retry => ActAsync(retry.Job, Store.RetryAsync, life => life.Retry(Now)),
            StoreMove.Delete delete => DeleteAsync(delete.Job),
            StoreMove.Rescue => RescueAsync(),
            StoreMove.Prune => PruneAsync(),
            StoreMove.Reopen => ReopenAsync(),
            _ => throw new ArgumentOutOfRangeException(nameof(move)),
        });
        await CompareAsync();
    }

    private async Task SubmitAsync(StoreMove.Submit submit)
    {
        var job = new NewJob
        {
            Guid = JobGuid.New(Now),
            CreatedAt = Now,
            Operation = "app.delete",
            Owner = Some.Owner,
            Priority = submit.Priority,
            RunAt = submit.RunInSeconds is { } runIn ? Now.AddSeconds(runIn) : null,
            ExpiresAt = submit.ExpiresInSeconds is { } expiresIn ? Now.AddSeconds(expiresIn) : null,
            MaxAttempts = submit.MaxAttempts,
            Timeout = TimeSpan.FromSeconds(submit.TimeoutSeconds),
        };
        Assert.IsType<Submission.Accepted>(await Store.SubmitAsync([job], int.MaxValue, cancellationToken));
        jobs.Add((job, JobLifecycle.Submitted(job)));
    }

    private Task WaitAsync(StoreMove.Wait wait)
    {
        clock.Advance(TimeSpan.FromMilliseconds(wait.Milliseconds));
        return Task.CompletedTask;
    }

    private async Task PromoteAsync()
    {
        await Store.PromoteDueAsync(1_000, cancellationToken);
        for (var i = 0; i < jobs.Count; i++)
        {
            var life = jobs[i].Life?.Expire(Now, Expired) ?? jobs[i].Life?.Due(Now) ?? jobs[i].Life;
            jobs[i] = jobs[i] with { Life = life };
        }
    }

    private async Task ClaimAsync(int limit)
    {
        var expected = jobs
            .Where(job => job.Life?.Claim(Now, Lease) is not null)
            .OrderBy(job => job.Submitted.Priority)
            .ThenBy(job => job.Life!.RunAt)
            .Take(limit)
            .Select(job => job.Submitted.Guid)
            .ToList();

        var claim = new ClaimRequest("worker", ["app.delete"], null, limit, Lease);
        var claimed = (await Store.SettleAndClaimAsync([], claim, cancellationToken)).Claimed;

        Assert.Equal(expected, claimed.Select(run => run.Job.Guid));
        foreach (var run in claimed)
        {
            Move(run.Job.Guid, life => life.Claim(Now, Lease)!);
            JobAssert.Same(Life(run.Job.Guid)!, run.Job.Lifecycle);
            runs.Add(run);
        }
    }

    private async Task SettleAsync(ClaimedJob run, RunEnd end)
    {
        var life = Holds(run) ? Life(run.Job.Guid) : null;
        var exchange = await Store.SettleAndClaimAsync([Some.Ending(run, end, Now)], null, cancellationToken);
        var result = Assert.Single(exchange.Ends);

        Assert.Equal(life is null, result == SettleResult.LeaseLost);
        if (life is not null)
        {
            Move(run.Job.Guid, before => before.End(end, Now, Some.Rules)!);
        }
    }

    private async Task BeatAsync(ClaimedJob run)
    {
        var life = Holds(run) ? Life(run.Job.Guid) : null;
        var heartbeat = new Heartbeat(run.Lease, run.Job.Guid, RunReport.None);
        var result = Assert.Single(await Store.HeartbeatAsync([heartbeat], Lease, cancellationToken));

        Assert.Equal((life is not null, life?.CancelRequestedAt is not null), (result.Holds, result.CancelRequested));
        if (life is not null)
        {
            Move(run.Job.Guid, before => before with { LeaseExpiresAt = Now + Lease });
        }
    }

    private async Task ActAsync(int pick, Func<Guid, CancellationToken, Task<ActionResult>> act, Func<JobLifecycle, JobLifecycle?> expect)
    {
        if (jobs.Count == 0)
        {
            return;
        }

        var (job, life) = jobs[pick % jobs.Count];
        var next = life is null ? null : expect(life);
        var result = await act(job.Guid, cancellationToken);

        Assert.Equal((life is not null, next is not null), (result.Job is not null, result.Accepted));
        if (next is not null)
        {
            Move(job.Guid, _ => next);
        }
    }

    private async Task DeleteAsync(int pick)
    {
        if (jobs.Count == 0)
        {
            return;
        }

        var (job, life) = jobs[pick % jobs.Count];
        var result = await Store.DeleteAsync(job.Guid, cancellationToken);

        Assert.Equal(life?.Phase.IsTerminal() ?? false, result.Accepted);
        if (result.Accepted)
        {
            Move(job.Guid, _ => null);
        }
    }

    private async Task RescueAsync()
    {
        var overdue = await Store.FindOverdueAsync(1_000, cancellationToken);

        Assert.Equal(jobs.Where(IsOverdue).Select(job => job.Submitted.Guid).Order(), overdue.Select(run => run.Claimed.Job.Guid).Order());
        foreach (var run in overdue)
        {
            var rescue = Some.Rescue(run, Now);
            await Store.SettleAndClaimAsync([rescue], null, cancellationToken);
            Move(run.Claimed.Job.Guid, life => life.End(rescue.End, Now, Some.Rules)!);
        }
    }

    private async Task PruneAsync()
    {
        await Store.PruneAsync(Retention, 1_000, cancellationToken);
        foreach (var (job, life) in jobs.ToList())
        {
            var kept = life?.Phase == JobPhase.Finished ? Retention.Finished : Retention.Failed;
            if (life?.FinishedAt + kept < Now)
            {
                Move(job.Guid, _ => null);
            }
        }
    }

    // A store that belongs to one process may make its leases overdue: their workers are gone. It never makes them longer.
    private async Task ReopenAsync()
    {
        await opened.ReopenAsync(cancellationToken);
        foreach (var (job, life) in jobs.ToList())
        {
            if (life is { Phase: JobPhase.Running })
            {
                var expiresAt = (await Store.FindAsync(job.Guid, cancellationToken))?.Lifecycle.LeaseExpiresAt;
                Assert.True(expiresAt <= life.LeaseExpiresAt);
                Move(job.Guid, before => before with { LeaseExpiresAt = expiresAt });
            }
        }
    }

    private async Task CompareAsync()
    {
        foreach (var (job, life) in jobs)
        {
            var found = await Store.FindAsync(job.Guid, cancellationToken);
            var status = await Store.FindStatusAsync(job.Guid, cancellationToken);
            var listed = await Store.ListRunsAsync(job.Guid, cancellationToken);
            Assert.Equal(life?.Phase, status?.Phase);
            Assert.Equal(Enumerable.Range(1, life?.Run ?? 0), listed.Select(run => run.Run));
            if (life is null)
            {
                Assert.Null(found);
                continue;
            }

            // Sentences are the catalogue's, not the model's.
            JobAssert.Same(WithoutSentences(life), WithoutSentences(found!.Lifecycle));
        }
    }

    private static JobLifecycle WithoutSentences(JobLifecycle life) =>
        life with { Errors = [.. life.Errors.Select(error => error with { Detail = "" })] };

    private bool IsOverdue((NewJob Submitted, JobLifecycle? Life) job) => job.Life is { Phase: JobPhase.Running } life
        && (life.LeaseExpiresAt <= Now
            || Now - life.RunStartedAt + life.Used >= job.Submitted.Timeout
            || Now - life.CancelRequestedAt >= JobLifecycle.CancelGrace);

    private bool Holds(ClaimedJob run) => Life(run.Job.Guid) is { Phase: JobPhase.Running } life && life.Run == run.Lease.Run;

    private JobLifecycle? Life(Guid job) => jobs[Index(job)].Life;

    private void Move(Guid job, Func<JobLifecycle, JobLifecycle?> move)
    {
        var index = Index(job);
        jobs[index] = jobs[index] with { Life = move(jobs[index].Life!) };
    }

    private int Index(Guid job) => jobs.FindIndex(one => one.Submitted.Guid == job);
}
