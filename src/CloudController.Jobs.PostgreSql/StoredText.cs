using System.Text;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.PostgreSql;

/// <summary>Values as the columns take them.</summary>
internal static class StoredText
{
    /// <summary>Text that people wrote; half a surrogate pair becomes U+FFFD.</summary>
    public static byte[]? Utf8(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);

    /// <summary>Bytes; none is NULL.</summary>
    public static byte[]? Bytes(ReadOnlyMemory<byte> bytes) => bytes.IsEmpty ? null : bytes.ToArray();

    /// <summary>Errors as JSON; none is NULL.</summary>
    public static string? Errors(IReadOnlyList<JobError> errors) => errors.Count == 0 ? null : Encoding.UTF8.GetString(JobJson.Errors(errors));

    /// <summary>What of a job is rarely given, as JSON; nothing is NULL.</summary>
    public static string? Details(NewJob job) => JobDetails.From(job) is { Length: > 0 } details ? Encoding.UTF8.GetString(details) : null;
}
