using System.Collections.Concurrent;
using System.Threading.Channels;
using CloudController.Jobs.Callbacks;
using CloudController.Jobs.Storage;
using CloudController.Jobs.Tests.Running;
using Microsoft.Extensions.DependencyInjection;

namespace CloudController.Jobs.Tests.Callbacks;

public sealed class CallbackDelivererTests
{
    private static readonly Script Script = new((_, _) => Task.FromResult(JobOutcome.Finished()));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_worker_ended_is_told_and_what_came_of_it_is_kept()
    {
        var sender = new HeldSender();
        await using var engine = await StartAsync(sender);
        var guid = await SubmitAsync(engine, "receiver.example.com");

        var told = await sender.NextAsync();
        sender.Release();
        var job = await engine.UntilAsync(guid, job => job.Callbacks.Count > 0);

        Assert.Equal((guid, JobPhase.Finished), (told.Job.Guid, told.Job.Lifecycle.Phase));
        Assert.Equal((CallbackOutcome.Delivered, 200), (job.Callbacks[0].Outcome, job.Callbacks[0].Status));
    }

    [Fact]
    public async Task A_slow_host_has_a_few_at_a_time_and_holds_up_no_other()
    {
        var sender = new HeldSender();
        await using var engine = await StartAsync(sender);
        for (var i = 0; i < 12; i++)
            await SubmitAsync(engine, "slow.example.com");

        // Four of them are on their way, and none is answered.
        for (var i = 0; i < 4; i++)
            Assert.Equal("slow.example.com", (await sender.NextAsync()).Job.Callback!.Host);

        await SubmitAsync(engine, "quick.example.com");
        Assert.Equal("quick.example.com", (await sender.NextAsync()).Job.Callback!.Host);

        sender.Release();
        for (var i = 0; i < 8; i++)
            await sender.NextAsync();

        Assert.Equal(4, sender.MostAtOnceOf("slow.example.com"));
    }

    // Names below a name cost nothing: an owner has as many hosts as it likes.
    [Fact]
    public async Task An_owner_of_many_slow_hosts_holds_up_no_other()
    {
        var sender = new HeldSender();
        await using var engine = await StartAsync(sender);
        for (var i = 0; i < 80; i++)
            await SubmitAsync(engine, $"slow{i}.example.com");

        // About half of the 64 places, and none is answered.
        for (var i = 0; i < 32; i++)
            await sender.NextAsync();

        await SubmitAsync(engine, "quick.example.com", new JobOwner("", "another"));
        var next = await sender.NextAsync();
        for (var more = 0; more < 3 && next.Job.Owner == JobOwner.Application; more++)
            next = await sender.NextAsync();

        Assert.Equal("quick.example.com", next.Job.Callback!.Host);
        sender.Release();
        for (var i = 0; i < 80 - 32 - 3; i++)
            await sender.NextAsync();
    }

    [Fact]
    public async Task A_stop_waits_for_what_is_on_its_way_and_keeps_what_comes_of_it()
    {
        var sender = new HeldSender();
        var engine = await StartAsync(sender);
        var guid = await SubmitAsync(engine, "receiver.example.com");
        await sender.NextAsync();

        var stopping = engine.StopAsync();
        sender.Release();
        await stopping;

        Assert.Equal(CallbackOutcome.Delivered, Assert.Single((await engine.Store.FindAsync(guid, Cancellation))!.Callbacks).Outcome);
        await engine.DisposeAsync();
    }

    private static Task<EngineHost> StartAsync(HeldSender sender) =>
        EngineHost.StartAsync(Script, services: services => services.AddSingleton<ICallbackSender>(sender));

    private static async Task<Guid> SubmitAsync(EngineHost engine, string host, JobOwner? owner = null)
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        var job = new NewJob
        {
            Guid = JobGuid.New(now),
            CreatedAt = now,
            Operation = ScriptedArguments.Operation,
            Arguments = """{"name":""}"""u8.ToArray(),
            Owner = owner ?? JobOwner.Application,
            Callback = new JobCallback($"https://{host}/", "https://jobs.example.com"),
        };
        Assert.IsType<Submission.Accepted>(await engine.Store.SubmitAsync([job], int.MaxValue, Cancellation));
        return job.Guid;
    }

    /// <summary>Holds all that it is to send until it is told to let go.</summary>
    private sealed class HeldSender : ICallbackSender
    {
        private readonly Channel<DueCallback> begun = Channel.CreateUnbounded<DueCallback>();
        private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ConcurrentDictionary<string, (int Now, int Most)> hosts = new();

        public int MostAtOnceOf(string host) => hosts[host].Most;

        public void Release() => released.SetResult();

        public async Task<DueCallback> NextAsync() => await begun.Reader.ReadAsync(Cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Cancellation);

        public async Task<CallbackAnswer> SendAsync(DueCallback callback, CancellationToken cancellationToken)
        {
            var host = callback.Job.Callback!.Host;
            hosts.AddOrUpdate(host, (1, 1), (_, counts) => (counts.Now + 1, Math.Max(counts.Most, counts.Now + 1)));
            begun.Writer.TryWrite(callback);
            await released.Task.WaitAsync(cancellationToken);
            hosts.AddOrUpdate(host, (0, 0), (_, counts) => counts with { Now = counts.Now - 1 });
            return new CallbackAnswer(CallbackOutcome.Delivered, 200);
        }
    }
}
