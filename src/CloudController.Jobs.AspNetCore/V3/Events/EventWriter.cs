using System.Buffers;
using CloudController.Jobs.AspNetCore.Responses;

namespace CloudController.Jobs.AspNetCore.V3.Events;

/// <summary>Writes a job's events in the format of Server-Sent Events (HTML standard, §9.2).</summary>
internal sealed class EventWriter(IBufferWriter<byte> output, Guid job)
{
    // The longest have 48,000 bytes: what waits for a follower stays small.
    private const int WarningsAtOnce = 8;

    /// <summary>Writes what a follower has not seen yet, the newest only, but every warning; of many the first, so call it again once they are
    /// sent.</summary>
    /// <param name="seen">What it has seen.</param>
    /// <param name="picture">The job as it is now.</param>
    /// <param name="withProgress">Whether a report of progress may be written; at the end it is in any case.</param>
    /// <returns>What it has seen then.</returns>
    public EventId WriteChanges(EventId seen, JobPicture picture, bool withProgress)
    {
        if (seen.State != picture.StateHash)
        {
            seen = seen with { State = picture.StateHash, Ended = false };
            Write("state"u8, seen, picture.State.Span);
        }

        if (seen.Progress != picture.ProgressHash && (withProgress || picture.HasEnded))
        {
            seen = seen with { Progress = picture.ProgressHash };
            Write("progress"u8, seen, picture.Progress.Span);
        }

        foreach (var warning in picture.Warnings.Skip(seen.Warnings).Take(WarningsAtOnce))
        {
            seen = seen with { Warnings = seen.Warnings + 1 };
            WriteWarning(seen, warning);
        }

        if (picture.HasEnded && seen.Warnings >= picture.Warnings.Count)
        {
            seen = seen with { Ended = true };
            Write("end"u8, seen, picture.State.Span);
        }

        return seen;
    }

    /// <summary>Writes a line that followers ignore.</summary>
    public void WriteComment(ReadOnlySpan<byte> text)
    {
        output.Write(": "u8);
        output.Write(text);
        output.Write("\n\n"u8);
    }

    private void WriteWarning(EventId id, string warning)
    {
        using var body = JsonBody.RentCompact();
        body.Writer.WriteStartObject();
        body.Writer.WriteString("detail"u8, warning);
        body.Writer.WriteEndObject();
        Write("warning"u8, id, body.Bytes.Span);
    }

    // JSON has its line breaks escaped: it is always one line.
    private void Write(ReadOnlySpan<byte> name, EventId id, ReadOnlySpan<byte> json)
    {
        Span<byte> text = stackalloc byte[EventId.Length];
        id.Format(job, text);
        output.Write("event: "u8);
        output.Write(name);
        output.Write("\nid: "u8);
        output.Write(text);
        output.Write("\ndata: "u8);
        output.Write(json);
        output.Write("\n\n"u8);
    }
}
