using System.Text.Json;
using CloudController.Jobs.AspNetCore.Errors;
using CloudController.Jobs.AspNetCore.Responses;

namespace CloudController.Jobs.AspNetCore.V3.Events;

/// <summary>What followers see of a job at one moment: the documents of its events, made once for all of them.</summary>
internal sealed class JobPicture
{
    private JobPicture(ReadOnlyMemory<byte> state, ReadOnlyMemory<byte> progress, IReadOnlyList<string> warnings, bool hasEnded)
    {
        (State, Progress, Warnings, HasEnded) = (state, progress, warnings, hasEnded);
        (StateHash, ProgressHash) = (EventId.Hash(state.Span), EventId.Hash(progress.Span));
    }

    /// <summary>Of a job that is no longer held.</summary>
    public static JobPicture Gone { get; } = new(default, default, [], hasEnded: false);

    /// <summary>Data of <c>state</c> and <c>end</c>.</summary>
    public ReadOnlyMemory<byte> State { get; }

    /// <summary>Data of <c>progress</c>.</summary>
    public ReadOnlyMemory<byte> Progress { get; }

    public IReadOnlyList<string> Warnings { get; }

    public bool HasEnded { get; }

    public ulong StateHash { get; }

    public ulong ProgressHash { get; }

    public static JobPicture Of(Job job) =>
        new(Render(job, WriteState), Render(job, WriteProgress), job.Warnings, job.Lifecycle.Phase.IsTerminal());

    private static byte[] Render(Job job, Action<Utf8JsonWriter, Job> write)
    {
        using var body = JsonBody.RentCompact();
        write(body.Writer, job);
        return body.Bytes.ToArray();
    }

    private static void WriteState(Utf8JsonWriter writer, Job job)
    {
        var life = job.Lifecycle;
        writer.WriteStartObject();
        writer.WriteString("state"u8, life.Phase.StateName());
        writer.WriteString("phase"u8, life.Phase.PhaseName());
        writer.WriteNumber("attempt"u8, life.Attempt);
        writer.WriteNumber("run"u8, life.Run);
        writer.WriteNumber("max_attempts"u8, life.AttemptsAllowed);
        JobDocument.WriteTime(writer, "run_at"u8, life.RunAt);
        JobDocument.WriteTime(writer, "started_at"u8, life.StartedAt);
        JobDocument.WriteTime(writer, "finished_at"u8, life.FinishedAt);
        writer.WriteStartArray("errors"u8);
        foreach (var error in life.Errors)
            ErrorResponse.WriteEntry(writer, error);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteProgress(Utf8JsonWriter writer, Job job)
    {
        writer.WriteStartObject();
        if (job.Progress is { } progress)
            writer.WriteNumber("percent"u8, progress.Percent);
        else
            writer.WriteNull("percent"u8);

        writer.WriteString("message"u8, job.Progress?.Message);
        writer.WriteEndObject();
    }
}
