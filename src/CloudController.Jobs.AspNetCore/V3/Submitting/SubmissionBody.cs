using System.Text.Json;
using System.Text.Unicode;

namespace CloudController.Jobs.AspNetCore.V3.Submitting;

/// <summary>Reads the bodies of <c>POST /v3/jobs</c> and <c>POST /v3/jobs/actions/bulk</c>.</summary>
internal sealed class SubmissionBody(JobsOptions options, Submitter submitter, FieldErrors errors)
{
    /// <summary>How deep a body may nest; deeper is refused before anything is made of it.</summary>
    public const int MaxDepth = 64;

    /// <summary>How many jobs a bulk may have.</summary>
    public const int MaxJobs = 1_000;

    private static readonly JsonReaderOptions Strict = new() { MaxDepth = MaxDepth };
    private static readonly FieldSet Fields = new("jobs");

    /// <summary>Reads one job.</summary>
    /// <param name="json">The whole body.</param>
    /// <param name="key">The request's idempotency key; it stands for the whole body.</param>
    /// <returns>The job, to be used only if there are no errors.</returns>
    /// <exception cref="JsonException">The body is not JSON, not UTF-8 or nests too deep.</exception>
    public IReadOnlyList<NewJob> ReadOne(ReadOnlySpan<byte> json, string? key)
    {
        var reader = Open(json);
        if (!IsBodyObject(ref reader))
            return [];

        var job = new SubmissionReader(options, submitter, errors).Read(ref reader, json, inBulk: false);
        reader.Read();
        return [key is null || errors.Any ? job : job with { Key = new IdempotencyKey(key, CanonicalJson.Fingerprint(json)) }];
    }

    /// <summary>Reads the jobs of a bulk, in order.</summary>
    /// <param name="json">The whole body.</param>
    /// <param name="key">The request's idempotency key; it stands for the whole body, and then no job can have one of its own.</param>
    /// <returns>The jobs, to be used only if there are no errors.</returns>
    /// <exception cref="JsonException">The body is not JSON, not UTF-8 or nests too deep.</exception>
    public IReadOnlyList<NewJob> ReadBulk(ReadOnlySpan<byte> json, string? key)
    {
        var reader = Open(json);
        if (!IsBodyObject(ref reader))
            return [];

        List<NewJob>? jobs = null;
        var whole = key is null ? null : new IdempotencyKey(key, CanonicalJson.Fingerprint(json));
        var fields = new ObjectFields(Fields, "", errors);
        while (fields.Next(ref reader, out _))
            jobs = ReadJobs(ref reader, json, whole);

        reader.Read();
        if (jobs is null or [])
            errors.Add("jobs", $"must be an array of 1 to {MaxJobs} jobs");

        return jobs ?? [];
    }

    private static Utf8JsonReader Open(ReadOnlySpan<byte> json)
    {
        // The reader itself takes any bytes inside strings.
        if (!Utf8.IsValid(json))
            throw new JsonException();

        var reader = new Utf8JsonReader(json, Strict);
        reader.Read();
        return reader;
    }

    private bool IsBodyObject(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
            return true;

        reader.Skip();
        reader.Read();
        errors.Add("The request body", "must be a JSON object");
        return false;
    }

    private List<NewJob> ReadJobs(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, IdempotencyKey? whole)
    {
        var jobs = new List<NewJob>();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return jobs;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (jobs.Count == MaxJobs)
            {
                SkipRest(ref reader);
                errors.Add("jobs", $"must be an array of 1 to {MaxJobs} jobs");
                break;
            }

            errors.Index = jobs.Count;
            jobs.Add(ReadJob(ref reader, json, whole));
            errors.Index = null;
        }

        return jobs;
    }

    private NewJob ReadJob(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, IdempotencyKey? whole)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            errors.Add("", "must be an object");
            reader.Skip();
            return Nothing;
        }

        var start = (int)reader.TokenStartIndex;
        var submission = new SubmissionReader(options, submitter, errors);
        var job = submission.Read(ref reader, json, inBulk: true);
        if (submission.IdempotencyKey is not { } own)
            return whole is null ? job : job with { Key = whole };

        if (whole is not null)
        {
            errors.Add("idempotency_key", $"cannot be given together with the header {IdempotencyKeys.Header}");
            return job;
        }

        // The key is left out, so that the same job with the same key in the header is the same submission.
        return job with { Key = new IdempotencyKey(own, CanonicalJson.Fingerprint(json[start..(int)reader.BytesConsumed], "idempotency_key"u8)) };
    }

    private static NewJob Nothing { get; } = new() { Guid = default, CreatedAt = default, Operation = "", Owner = default };

    private static void SkipRest(ref Utf8JsonReader reader)
    {
        do
            reader.Skip();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray);
    }
}
