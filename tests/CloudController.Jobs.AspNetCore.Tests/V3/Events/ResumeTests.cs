using System.Net;
using CloudController.Jobs.AspNetCore.Tests.Hosting;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.AspNetCore.Tests.V3.Events;

/// <summary>Contract §5: resuming by <c>Last-Event-ID</c> sends what changed since, condensed to the newest, and no warning is lost.</summary>
public sealed class ResumeTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task From_each_event_of_its_life_a_job_is_seen_as_it_is_with_each_warning_once()
    {
        await using var host = await JobsHost.StartAsync();
        var job = await host.SubmitAsync(plain => plain with { MaxAttempts = 2, Backoff = new Backoff(0, 1, 0) });
        var (known, now) = (new List<Seen> { Seen.Nothing }, Seen.Nothing);
        ClaimedJob? run = null;
        Func<Task>[] life =
        [
            () => Task.CompletedTask,
            async () => run = await host.ClaimAsync(),
            () => host.ReportAsync(run!, new JobProgress(10, "a"), ["first"]),
            () => host.ReportAsync(run!, warnings: ["second", "third"]),
            () => host.EndAsync(run!, new RunEnd.Released(TimeSpan.Zero)),
            async () => run = await host.ClaimAsync(),
            () => host.ReportAsync(run!, new JobProgress(10, "b")),
            () => host.ReportAsync(run!, new JobProgress(10, "a"), ["fourth"]),
            () => host.EndAsync(run!, new RunEnd.Polled(TimeSpan.FromDays(1))),
            () => host.Store.CancelAsync(job.Guid, Cancellation),
            () => host.Store.RetryAsync(job.Guid, Cancellation),
            async () => run = await host.ClaimAsync(),
            () => host.ReportAsync(run!, new JobProgress(99, null), ["fifth"]),
            () => host.EndAsync(run!, new RunEnd.Failed([JobError.Unknown]) { Final = true }),
        ];

        foreach (var change in life)
        {
            await change();
            now = (await FollowAsync(host, job.Guid, Seen.Nothing, until: null))[^1];
            foreach (var seen in known.ToList())
            {
                var steps = await FollowAsync(host, job.Guid, seen, now);
                known.AddRange(steps.Where(step => known.All(other => other.Id != step.Id)));
            }
        }

        Assert.Equal("first second third fourth fifth", now.Warnings);
        Assert.Equal("""{"percent":99,"message":null}""", now.Progress);
        Assert.InRange(known.Count, 2 * life.Length, 10 * life.Length);
    }

    /// <summary>Follows from what was seen until the job is seen as it is now: that must come, and at a job's end nothing after it.</summary>
    private static async Task<List<Seen>> FollowAsync(JobsHost host, Guid job, Seen from, Seen? until)
    {
        var answer = await FollowedJob.AskAsync(host, job, from.Id);
        if (answer.StatusCode == HttpStatusCode.NoContent)
        {
            Assert.Equal(until, from);
            return [];
        }

        using var followed = await FollowedJob.OfAsync(answer);
        var held = (await host.Store.FindAsync(job, Cancellation))!;
        var steps = new List<Seen> { from };
        while (held.Lifecycle.Phase.IsTerminal() || !steps[^1].IsWhole(held, until))
        {
            if (await followed.NextAsync() is not { } next)
                break;

            steps.Add(steps[^1].After(next));
        }

        if (until is not null)
            Assert.Equal(until with { Id = null }, steps[^1] with { Id = null });
        return steps[1..];
    }

    /// <summary>A follower's picture of a job, and the id of the event that made it so.</summary>
    private sealed record Seen(string? Id, string? State, string? Progress, string Warnings)
    {
        public static Seen Nothing { get; } = new(null, null, null, "");

        public bool IsWhole(Job held, Seen? until) => until is not null
            ? this with { Id = null } == until with { Id = null }
            : State is not null && Progress is not null && Warnings == string.Join(' ', held.Warnings);

        public Seen After(ServerEvent next) => next.Name switch
        {
            "state" or "end" => this with { Id = next.Id, State = next.Data },
            "progress" => this with { Id = next.Id, Progress = next.Data },
            "warning" => this with { Id = next.Id, Warnings = $"{Warnings} {next.Json.Text("detail")}".TrimStart() },
            _ => throw new ArgumentOutOfRangeException(nameof(next), next, "Not an event."),
        };
    }
}
