using System.Buffers.Text;
using System.Globalization;

namespace CloudController.Jobs.PostgreSql;

/// <summary>What one node tells the others in a notification: <c>NODE WORK DUE JOBS</c>. WORK is 1 or 0, DUE whole milliseconds from now or <c>-</c>,
/// JOBS the changed jobs' guids in base64url without separators, or <c>*</c>: so many that whoever follows one should look. Only a hint: one that is
/// not understood, of another release, means that anything may have changed.</summary>
internal sealed record ChangeMessage(string Node, bool Work, TimeSpan? DueIn, IReadOnlyList<Guid>? Jobs)
{
    /// <summary>So many guids fit into the 8,000 bytes of a notification.</summary>
    public const int MostJobs = 300;

    private const int GuidBytes = 16;
    private const string AllJobs = "*";
    private const string NotDue = "-";

    public override string ToString()
    {
        var due = DueIn is { } dueIn ? ((long)Math.Ceiling(Math.Max(0, dueIn.TotalMilliseconds))).ToString(CultureInfo.InvariantCulture) : NotDue;
        return $"{Node} {(Work ? 1 : 0)} {due} {(Jobs is null ? AllJobs : Encode(Jobs))}";
    }

    public static ChangeMessage? Parse(string text)
    {
        if (text.Split(' ') is not [var node, "0" or "1", var due, var jobs] parts)
        {
            return null;
        }

        TimeSpan? dueIn = long.TryParse(due, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            ? TimeSpan.FromMilliseconds(milliseconds)
            : null;
        if (jobs == AllJobs)
        {
            return new ChangeMessage(node, parts[1] == "1", dueIn, null);
        }

        return Decode(jobs) is { } guids ? new ChangeMessage(node, parts[1] == "1", dueIn, guids) : null;
    }

    private static string Encode(IReadOnlyList<Guid> jobs)
    {
        var bytes = new byte[jobs.Count * GuidBytes];
        for (var index = 0; index < jobs.Count; index++)
        {
            jobs[index].TryWriteBytes(bytes.AsSpan(index * GuidBytes), bigEndian: true, out _);
        }

        return Base64Url.EncodeToString(bytes);
    }

    private static List<Guid>? Decode(string text)
    {
        if (!Base64Url.IsValid(text, out var length) || length % GuidBytes != 0)
        {
            return null;
        }

        var jobs = new List<Guid>(length / GuidBytes);
        for (ReadOnlySpan<byte> bytes = Base64Url.DecodeFromChars(text); !bytes.IsEmpty; bytes = bytes[GuidBytes..])
        {
            jobs.Add(new Guid(bytes[..GuidBytes], bigEndian: true));
        }

        return jobs;
    }
}
