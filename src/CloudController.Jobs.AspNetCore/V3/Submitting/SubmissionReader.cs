using System.Text.Json;

namespace CloudController.Jobs.AspNetCore.V3.Submitting;

/// <summary>Reads one job out of a body in one pass. Everything that is wrong with it goes to the errors.</summary>
internal sealed class SubmissionReader(JobsOptions options, Submitter submitter, FieldErrors errors)
{
    private const int MaxTimeoutSeconds = 2_592_000;

    private const int Operation = 0, Arguments = 1, Queue = 2, Priority = 3, RunAt = 4, MaxAttempts = 5, Backoff = 6, Timeout = 7, ExpiresAt = 8,
        Resource = 9, Metadata = 10, CallbackUrl = 11, Key = 12;

    private static readonly FieldSet Fields = new(
        "operation", "arguments", "queue", "priority", "run_at", "max_attempts", "backoff", "timeout_seconds", "expires_at", "resource", "metadata",
        "callback_url");

    private static readonly FieldSet BulkFields = new(
        "operation", "arguments", "queue", "priority", "run_at", "max_attempts", "backoff", "timeout_seconds", "expires_at", "resource", "metadata",
        "callback_url", "idempotency_key");

    private static readonly FieldSet BackoffFields = new("initial_seconds", "factor", "max_seconds");

    private bool hasOperation;
    private string? operation;
    private ReadOnlyMemory<byte> arguments;
    private string? queue;
    private int? priority;
    private DateTimeOffset? runAt;
    private int? maxAttempts;
    private Backoff? backoff;
    private int? timeoutSeconds;
    private DateTimeOffset? expiresAt;
    private JobResource? resource;
    private JobMetadata metadata = JobMetadata.None;
    private JobCallback? callback;

    /// <summary>The value of the job's own <c>idempotency_key</c>, which only a job of a bulk can have.</summary>
    public string? IdempotencyKey { get; private set; }

    /// <summary>Reads the object that a reader stands at; once.</summary>
    /// <returns>The job, to be used only if there are no errors.</returns>
    public NewJob Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, bool inBulk)
    {
        var fields = new ObjectFields(inBulk ? BulkFields : Fields, "", errors);
        while (fields.Next(ref reader, out var field, nullCounts: (1u << Operation) | (1u << Arguments)))
            ReadField(ref reader, json, field);

        if (!hasOperation)
            errors.Add("operation", "is required");

        return ToJob();
    }

    private void ReadField(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, int field)
    {
        switch (field)
        {
            case Operation:
                hasOperation = true;
                operation = ReadName(ref reader, "operation");
                break;
            case Arguments:
                arguments = ReadArguments(ref reader, json);
                break;
            case Queue:
                queue = ReadName(ref reader, "queue");
                break;
            case Priority:
                priority = ReadPriority(ref reader);
                break;
            case RunAt:
                runAt = JsonValues.Instant(ref reader, "run_at", errors);
                break;
            case MaxAttempts:
                maxAttempts = JsonValues.Integer(ref reader, "max_attempts", errors, 1, 100);
                break;
            case Backoff:
                backoff = ReadBackoff(ref reader);
                break;
            case Timeout:
                timeoutSeconds = JsonValues.Integer(ref reader, "timeout_seconds", errors, 1, MaxTimeoutSeconds);
                break;
            case ExpiresAt:
                expiresAt = JsonValues.Instant(ref reader, "expires_at", errors);
                break;
            case Resource:
                resource = ResourceReader.Read(ref reader, errors);
                break;
            case Metadata:
                metadata = MetadataReader.Read(ref reader, errors);
                break;
            case CallbackUrl:
                callback = ReadCallback(ref reader);
                break;
            case Key:
                IdempotencyKey = ReadKey(ref reader);
                break;
        }
    }

    private NewJob ToJob() => new()
    {
        Guid = JobGuid.New(submitter.Now),
        CreatedAt = submitter.Now,
        Operation = operation ?? "",
        Arguments = arguments,
        Queue = queue ?? "default",
        Priority = priority ?? 0,
        RunAt = runAt > submitter.Now ? runAt : null, // a time that has passed gives no place ahead of those who wait
        MaxAttempts = maxAttempts ?? options.DefaultMaxAttempts,
        Backoff = backoff,
        Timeout = TimeSpan.FromSeconds(timeoutSeconds ?? options.DefaultTimeoutSeconds),
        ExpiresAt = expiresAt,
        Resource = resource,
        Metadata = metadata,
        Callback = callback,
        Owner = submitter.Owner,
        RequestId = submitter.RequestId,
        TraceParent = submitter.TraceParent,
    };

    private string? ReadName(ref Utf8JsonReader reader, string field)
    {
        if (reader.TokenType == JsonTokenType.String && JsonText.TryRead(ref reader, out var text) && JobNames.IsValid(text))
            return text;

        errors.Add(field, $"must be a string of 1 to {JobNames.MaxLength} characters of 'a' to 'z', '0' to '9', '_', '.' and '-'");
        reader.Skip();
        return null;
    }

    private ReadOnlyMemory<byte> ReadArguments(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        var compact = CompactJson.From(json[start..(int)reader.BytesConsumed]);
        if (compact.Length <= options.MaxArgumentsBytes)
            return compact;

        errors.TooLarge = true;
        return default;
    }

    private int? ReadPriority(ref Utf8JsonReader reader)
    {
        var given = JsonValues.Integer(ref reader, "priority", errors, -1_000, 1_000);
        if (given is not < 0 || submitter.MayGoFirst)
            return given;

        errors.Add("priority", "below 0 is for administrators");
        return null;
    }

    private Backoff? ReadBackoff(ref Utf8JsonReader reader)
    {
        if (!JsonValues.IsObject(ref reader, "backoff", errors))
            return null;

        var read = Jobs.Backoff.Default;
        var fields = new ObjectFields(BackoffFields, "backoff.", errors);
        while (fields.Next(ref reader, out var field))
        {
            read = field switch
            {
                0 => read with { InitialSeconds = JsonValues.Number(ref reader, "backoff.initial_seconds", errors, 0, 86_400) ?? 0 },
                1 => read with { Factor = JsonValues.Number(ref reader, "backoff.factor", errors, 1, 100) ?? 1 },
                _ => read with { MaxSeconds = JsonValues.Number(ref reader, "backoff.max_seconds", errors, 0, 604_800) ?? 0 },
            };
        }

        return read;
    }

    private JobCallback? ReadCallback(ref Utf8JsonReader reader)
    {
        var url = JsonValues.Text(ref reader, "callback_url", errors, 1, JobCallback.MaxLength);
        if (url is null || JobCallback.IsUrl(url))
            return url is null ? null : new JobCallback(url, submitter.BaseUrl);

        errors.Add("callback_url", "must be an absolute http or https URL without user info");
        return null;
    }

    private string? ReadKey(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String && JsonText.TryRead(ref reader, out var key) && IdempotencyKeys.IsKey(key))
            return key;

        errors.Add("idempotency_key", IdempotencyKeys.Rule);
        reader.Skip();
        return null;
    }
}
