using System.Globalization;
using CloudController.Jobs.Errors;

namespace CloudController.Jobs.Cli.Handlers;

/// <summary>Sleeps, tells how far it is, and fails if it is asked to: for trials.</summary>
internal sealed class SleepHandler(TimeProvider time) : IJobHandler<SleepArguments>
{
    // What a follower can tell apart: a report is kept within about a quarter of a second, and percent has a hundred steps.
    private const double ShortestStep = 0.25;
    private const double FewestSteps = 10;
    private const double MostSteps = 100;

    /// <summary>What is wrong with arguments, as far as only the catalogue can tell.</summary>
    public static string? Check(SleepArguments arguments, ErrorCatalog catalog)
    {
        if (!arguments.TryReadFailure(out var failure) || failure is null or { Name: "" })
            return null;

        return catalog.TryCreate(failure.Name, failure.Arguments, out _, out var whyNot) ? null : $"arguments.fail: {whyNot}";
    }

    public async Task<JobOutcome> RunAsync(SleepArguments arguments, JobContext job, CancellationToken stopping)
    {
        await SleepAsync(arguments.Seconds ?? 0, job, stopping);

        arguments.TryReadFailure(out var failure);
        return failure switch
        {
            null => JobOutcome.Finished(),
            { Name: "" } => JobOutcome.FailedInternally("The arguments asked it to fail."),
            _ => JobOutcome.Failed([failure]),
        };
    }

    /// <summary>Seconds between two reports: a tenth of a short sleep, at most four reports a second; else a second, or a hundredth.</summary>
    internal static double StepOf(double seconds) => seconds <= FewestSteps
        ? Math.Max(seconds / FewestSteps, ShortestStep)
        : Math.Max(seconds / MostSteps, 1);

    private async Task SleepAsync(double seconds, JobContext job, CancellationToken stopping)
    {
        var (start, step) = (time.GetTimestamp(), StepOf(seconds));
        for (var (i, until) = (1, 0.0); until < seconds; i++)
        {
            // Steps are counted from the start, so that late wake-ups don't add up.
            until = Math.Min(i * step, seconds);
            var left = TimeSpan.FromSeconds(until) - time.GetElapsedTime(start);
            if (left > TimeSpan.Zero)
                await Task.Delay(left, time, stopping);

            stopping.ThrowIfCancellationRequested();
            job.ReportProgress(
                (int)(100 * until / seconds),
                string.Create(CultureInfo.InvariantCulture, $"{until:0.##} of {seconds:0.##} s"));
        }
    }
}
