namespace CloudController.Jobs.Faults.Tests;

/// <summary>The database crashes, is away for a while, and recovers.</summary>
public sealed class RestartedDatabaseTests
{
    private const int Crashes = 2;
    private const int JobsBetween = 60;
    private const int RefusedBetween = 10;

    [Fact]
    public async Task While_the_database_is_away_submits_are_told_when_to_come_again_and_none_that_was_accepted_is_lost()
    {
        await using var trial = await Trial.StartAsync(nodes: 2);

        await trial.BalanceAsync(async () =>
        {
            for (var crash = 0; crash < Crashes; crash++)
            {
                await trial.AcceptedAsync(JobsBetween);
                var before = trial.Ledger.SentAgain;
                await trial.Database.StopAsync();
                await Trial.UntilAsync(() => Task.FromResult(trial.Ledger.SentAgain >= before + RefusedBetween));
                await trial.Database.StartAgainAsync();
            }

            await trial.AcceptedAsync(JobsBetween);
        });
    }
}
