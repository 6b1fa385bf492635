namespace CloudController.Jobs.Faults.Tests;

/// <summary>All connections break at once, again and again, whatever they were doing.</summary>
public sealed class TerminatedBackendTests
{
    private const int Times = 4;
    private const int JobsBetween = 30;

    private const string Terminate = """
        SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'
        """;

    [Fact]
    public async Task Whenever_all_backends_are_terminated_each_accepted_job_comes_to_its_one_end()
    {
        var terminated = 0L;
        await using var trial = await Trial.StartAsync(nodes: 2);

        await trial.BalanceAsync(async () =>
        {
            for (var time = 0; time < Times; time++)
            {
                await trial.AcceptedAsync(JobsBetween);
                terminated += (long)(await trial.ExecuteAsync(Terminate))!;
            }
        });

        Assert.True(terminated > Times, "Nothing was connected.");
    }
}
