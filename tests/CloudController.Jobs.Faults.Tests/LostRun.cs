using CloudController.Jobs.Cli.Torture;

namespace CloudController.Jobs.Faults.Tests;

/// <summary>A job that a node or a worker is at work on, and that outlives its lease, for tests in which another must take it over.</summary>
/// <param name="trial">The trial.</param>
/// <param name="effectsFile">Where whoever is at work writes down what it does.</param>
internal sealed class LostRun(Trial trial, Func<string> effectsFile)
{
    // Of the seconds that it takes.
    private const double JustBegun = 2;
    private const double NearlyDone = Cluster.LeaseSeconds;

    private Effect? run;

    private static double Now => (double)TimeProvider.System.GetTimestamp() / TimeProvider.System.TimestampFrequency;

    /// <summary>Does something to whoever it is while it is at work on such a job. Where that took so long that the job may have been done before, it is
    /// undone, and another job waited for.</summary>
    public async Task StrikeAsync(Func<Task> strike, Func<Task> undo)
    {
        while (true)
        {
            var begun = await BegunAsync();
            await strike();
            if (Now - begun.BeganAt < NearlyDone)
            {
                run = begun;
                return;
            }

            await undo();
        }
    }

    /// <summary>Waits until its lease has been taken back.</summary>
    public Task TakenBackAsync() => Trial.UntilAsync(async () =>
        (bool)(await trial.ExecuteAsync($"SELECT phase <> 7 OR run > {run!.Run} FROM ccjobs.jobs WHERE guid = '{run.Job}'"))!);

    // Waits until such a job has just begun.
    private async Task<Effect> BegunAsync()
    {
        Effect? begun = null;
        await Trial.UntilAsync(async () =>
        {
            var file = effectsFile();
            if (!File.Exists(file))
                return false;

            begun = (await Effect.ReadFileAsync(file, Trial.Cancellation)).FirstOrDefault(IsSuch);
            return begun is not null;
        });
        return begun!;
    }

    private bool IsSuch(Effect effect) =>
        effect.EndedAt is null && Now - effect.BeganAt < JustBegun && trial.Ledger.Accepted.GetValueOrDefault(effect.Job)?.Seconds > Cluster.LeaseSeconds;
}
