using System.Text.Json;
using CloudController.Jobs.AspNetCore.Errors;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.AspNetCore.V3.Attempts;

/// <summary>A job's runs, and how much of them a reader sees.</summary>
/// <param name="Runs">The runs, oldest first.</param>
/// <param name="WithWorker">Also who ran them, and what was logged within them: for those who read everything.</param>
/// <param name="WithException">Also what really happened: for administrators.</param>
internal readonly record struct ShownRuns(IReadOnlyList<JobRun> Runs, bool WithWorker, bool WithException);

/// <summary>The attempts of v3 (contract §5): a run each, so that several can have one number.</summary>
internal static class AttemptsDocument
{
    public static void Write(Utf8JsonWriter writer, ShownRuns shown)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("resources"u8);
        foreach (var run in shown.Runs)
            Write(writer, run, shown);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, JobRun run, ShownRuns shown)
    {
        writer.WriteStartObject();
        writer.WriteNumber("number"u8, run.Attempt);
        writer.WriteNumber("run"u8, run.Run);
        JobDocument.WriteTime(writer, "started_at"u8, run.StartedAt);
        JobDocument.WriteTime(writer, "ended_at"u8, run.EndedAt);
        writer.WriteString("outcome"u8, run.Outcome);
        writer.WriteStartArray("errors"u8);
        foreach (var error in run.Errors)
            ErrorResponse.WriteEntry(writer, error);
        writer.WriteEndArray();
        writer.WriteString("log"u8, run.Log);
        if (shown.WithWorker)
        {
            writer.WriteString("worker"u8, run.Worker);
            writer.WriteString("log_lines"u8, run.LogLines);
        }

        if (shown.WithException)
            writer.WriteString("exception"u8, run.Exception);
        writer.WriteEndObject();
    }
}
