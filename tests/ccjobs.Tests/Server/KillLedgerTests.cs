using System.Collections.Concurrent;

namespace CloudController.Jobs.Cli.Tests.Server;

/// <summary>A ledger is kept of all that was answered 202 while the process is killed again and again, in the middle of submits, claims and ends.</summary>
public sealed class KillLedgerTests : IDisposable
{
    private const int Kills = 6;
    private const int Submitters = 8;

    // A kill may hit the same job each time.
    private static readonly string[] Settings = ["--Worker:LeaseSeconds=5", "--Jobs:MaxLostRuns=100"];

    private static readonly (string Job, string Phase)[] Kinds =
    [
        ("""{"operation":"noop"}""", "finished"),
        ("""{"operation":"sleep","arguments":{"seconds":0.3}}""", "finished"),
        ("""{"operation":"sleep","arguments":{"fail":true}}""", "failed"),
    ];

    private readonly TemporaryDirectory directory = new();
    private readonly ConcurrentDictionary<string, string> ledger = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whenever_a_process_is_killed_each_job_that_was_accepted_comes_to_its_one_end()
    {
        for (var kill = 0; kill < Kills; kill++)
        {
            using var killed = await ServerProcess.StartAsync(directory, Settings);
            using var accepted = new SemaphoreSlim(0);
            var submitting = Task.WhenAll(Enumerable.Range(0, Submitters).Select(_ => SubmitUntilKilledAsync(killed, accepted)));
            for (var i = 0; i < 10 + (kill * 37); i++)
                await accepted.WaitAsync(Cancellation);

            await killed.SignalAsync("KILL");
            await killed.EndAsync();
            await submitting;
        }

        using var server = await ServerProcess.StartAsync(directory, Settings);
        foreach (var (guid, phase) in ledger)
        {
            var job = await server.WaitForAsync(guid, phase);

            // Lost runs cost no attempt, and one that ended is not run again (contract §5).
            Assert.Equal(1, job.GetProperty("attempt").GetInt32());
            Assert.InRange(job.GetProperty("run").GetInt32(), 1, Kills + 1);
        }
    }

    public void Dispose() => directory.Dispose();

    private async Task SubmitUntilKilledAsync(ServerProcess server, SemaphoreSlim accepted)
    {
        try
        {
            for (var i = 0; ; i = (i + 1) % Kinds.Length)
            {
                var guid = await server.SubmitAsync(Kinds[i].Job);
                Assert.True(ledger.TryAdd(guid, Kinds[i].Phase));
                accepted.Release();
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            // It was killed; what it did not answer may be held or not.
        }
    }
}
