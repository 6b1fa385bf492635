using System.CommandLine;
using CloudController.Jobs.Client;

namespace CloudController.Jobs.Cli.Commands;

/// <summary><c>ccjobs status</c>: shows a job, or follows it.</summary>
internal static class StatusCommand
{
    private static readonly Argument<string> Guid = GuidArgument.One();

    private static readonly Option<bool> Wait = FlagOption.Create("--wait", "Follows the job until its end.");

    private static readonly Option<bool> Json = FlagOption.Create("--json", "Prints the job as the server shows it, at its end if followed.");

    public static Command Create() =>
        new Command("status", "Shows a job's state, progress, warnings and errors; exit 1 if it failed.") { Guid, Wait, Json }.Calls(RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed, JobsClient client, Output output, CancellationToken cancellationToken)
    {
        var asJson = parsed.GetValue(Json);
        var job = await client.GetAsync(parsed.GetRequiredValue(Guid), cancellationToken: cancellationToken);
        if (parsed.GetValue(Wait))
            return await new Following(client, output).RunAsync(job.Guid, asJson, cancellationToken);

        if (asJson)
            output.Json(job.Json);
        else
            Show(job, output);

        return job.State == StateNames.Failed ? ExitCode.Failed : ExitCode.Done;
    }

    private static void Show(JobDocument job, Output output)
    {
        Write("guid", job.Guid);
        Write("operation", job.Operation);
        Write("state", job.Phase is null ? job.State : $"{job.State}, {job.Phase}");
        Write("progress", JobText.Progress(job));
        Write("queue", job.Queue);
        Write("priority", job.Priority is null or 0 ? null : $"{job.Priority}");
        Write("attempt", job.Attempt is null ? null : $"{job.Attempt} of {job.MaxAttempts}");
        Write("created", JobText.Time(job.CreatedAt));
        WriteTime("run at", job.RunAt > job.CreatedAt ? job.RunAt : null);
        WriteTime("expires", job.ExpiresAt);
        WriteTime("started", job.StartedAt);
        WriteTime("finished", job.FinishedAt);
        foreach (var (key, value) in job.Metadata?.Labels ?? new Dictionary<string, string?>())
            Write("label", $"{key}={value}");
        foreach (var warning in job.Warnings)
            Write("warning", warning.Detail);
        foreach (var error in job.Errors)
            Write("error", JobText.Error(error));
        foreach (var callback in job.Callbacks)
            Write("callback", JobText.Callback(callback));
        Write("result", job.Result?.GetRawText());

        void Write(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                output.Line($"{name,-10} {value}");
        }

        void WriteTime(string name, DateTimeOffset? time) => Write(name, time is { } at ? JobText.Time(at) : null);
    }
}
