using CloudController.Jobs.Client;
using Spectre.Console;

namespace CloudController.Jobs.Cli.Commands;

/// <summary>Follows a job until its end: with a live line on a terminal, a line for each change elsewhere.</summary>
internal sealed class Following(JobsClient client, Output output)
{
    /// <summary>A server that restarts is back by then.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <returns>0 if it finished, 1 if it failed, 130 if a signal ended the following; the job goes on then.</returns>
    public async Task<int> RunAsync(string guid, bool asJson, CancellationToken cancellationToken)
    {
        try
        {
            var changes = client.FollowAsync(guid, Patience, cancellationToken);
            var ended = asJson
                ? await changes.LastAsync(cancellationToken)
                : output.IsLive ? await AnimateAsync(changes) : await PrintAsync(changes);

            if (asJson)
                output.Json(ended.Json);
            return Conclude(ended, asJson);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            output.Error($"No longer waiting, but the job goes on; to follow it again: ccjobs status {guid} --wait");
            return ExitCode.Interrupted;
        }
    }

    internal async Task<JobDocument> AnimateAsync(IAsyncEnumerable<JobDocument> changes)
    {
        var progress = output.Console.Progress().Columns(
            new SpinnerColumn(), new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new ElapsedTimeColumn());

        return await progress.StartAsync(async context =>
        {
            var line = context.AddTask("waiting");
            JobDocument? last = null;
            await foreach (var job in changes)
            {
                last = job;
                line.Description = Markup.Escape(PlainText.Of(JobText.Line(job)));
                line.Value = job.State == StateNames.Complete ? 100 : job.Progress?.Percent ?? 0;
                line.IsIndeterminate = !job.IsTerminal && job.Progress?.Percent is null;
            }

            line.StopTask();
            return last!;
        });
    }

    private async Task<JobDocument> PrintAsync(IAsyncEnumerable<JobDocument> changes)
    {
        JobDocument? last = null;
        string? printed = null;
        await foreach (var job in changes)
        {
            last = job;
            if (JobText.Line(job) is var line && line != printed)
                output.Line(printed = line);
        }

        return last!;
    }

    private int Conclude(JobDocument ended, bool asJson)
    {
        if (!asJson)
        {
            foreach (var warning in ended.Warnings)
                output.Line($"warning  {warning.Detail}");
        }

        if (ended.State == StateNames.Complete)
            return ExitCode.Done;

        foreach (var error in ended.Errors)
            output.Error(JobText.Error(error));
        return ExitCode.Failed;
    }
}
