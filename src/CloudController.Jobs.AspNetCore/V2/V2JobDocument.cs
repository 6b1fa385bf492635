using System.Text.Json;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.AspNetCore.V2;

/// <summary>A job as v2 shows it: the seed's keys in the seed's order.</summary>
internal sealed class V2JobDocument(V2Timestamp timestamp)
{
    private const string Deprecated = "Use of entity>error is deprecated in favor of entity>error_details.";

    private static readonly JsonEncodedText Metadata = JsonEncodedText.Encode("metadata");
    private static readonly JsonEncodedText GuidKey = JsonEncodedText.Encode("guid");
    private static readonly JsonEncodedText CreatedAt = JsonEncodedText.Encode("created_at");
    private static readonly JsonEncodedText Url = JsonEncodedText.Encode("url");
    private static readonly JsonEncodedText Entity = JsonEncodedText.Encode("entity");
    private static readonly JsonEncodedText Status = JsonEncodedText.Encode("status");

    /// <summary>What Cloud Controller answers for a guid that it doesn't hold, in every zone.</summary>
    public static ReadOnlyMemory<byte> NotHeld { get; } = """
        {
          "metadata": {
            "guid": "0",
            "created_at": "1970-01-01T00:00:00Z",
            "url": "/v2/jobs/0"
          },
          "entity": {
            "guid": "0",
            "status": "finished"
          }
        }
        """u8.ToArray();

    public void Write(Utf8JsonWriter writer, JobStatus job)
    {
        Span<byte> createdAt = stackalloc byte[V2Timestamp.MaxLength];
        Span<byte> url = stackalloc byte["/v2/jobs/".Length + JobGuid.Length];
        "/v2/jobs/"u8.CopyTo(url);
        job.Guid.TryFormat(url["/v2/jobs/".Length..], out _);

        writer.WriteStartObject();
        writer.WriteStartObject(Metadata);
        writer.WriteString(GuidKey, job.Guid);
        writer.WriteString(CreatedAt, createdAt[..timestamp.Write(job.CreatedAt, createdAt)]);
        writer.WriteString(Url, url);
        writer.WriteEndObject();

        writer.WriteStartObject(Entity);
        writer.WriteString(GuidKey, job.Guid);
        writer.WriteString(Status, job.Phase.StatusName());
        if (job.Phase.IsTerminal() && job.Phase != JobPhase.Finished)
            WriteError(writer, job.Error ?? JobError.Unknown);

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteError(Utf8JsonWriter writer, JobError error)
    {
        writer.WriteString("error"u8, Deprecated);
        writer.WriteStartObject("error_details"u8);
        writer.WriteString("error_code"u8, error.Title);
        writer.WriteString("description"u8, error.Detail);
        writer.WriteNumber("code"u8, error.Code);
        writer.WriteEndObject();
    }
}
