using System.Text.Json;
using System.Text.Unicode;
using CloudController.Jobs.AspNetCore.Errors;
using CloudController.Jobs.AspNetCore.V3.Submitting;
using CloudController.Jobs.Storage;
using Microsoft.AspNetCore.Http;

namespace CloudController.Jobs.AspNetCore.V3.Queues;

/// <summary>Reads the body of a change of limits: <c>{"concurrency": N, "rate": {"count": N, "seconds": N}}</c>. What is left out stays, <c>null</c> lifts.</summary>
internal static class LimitsBody
{
    private const int Limit = 16 * 1024;
    private const int Concurrency = 0, Rate = 1;
    private const int Count = 0;

    private static readonly JsonReaderOptions Shallow = new() { MaxDepth = 8 };
    private static readonly FieldSet Fields = new("concurrency", "rate");
    private static readonly FieldSet RateFields = new("count", "seconds");

    /// <returns><paramref name="change"/> with what the body changes.</returns>
    public static async Task<(QueueLimitsChange Change, CloudControllerProblem? Problem)> ReadAsync(HttpRequest request, QueueLimitsChange change)
    {
        if (RequestBody.WhyNot(request, Limit) is { } refused)
            return (change, refused);

        if (await RequestBody.ReadAsync(request, Limit) is not { } body)
            return (change, RequestBody.TooLarge(Limit));

        using (body)
            return Read(body.Bytes, change);
    }

    private static (QueueLimitsChange Change, CloudControllerProblem? Problem) Read(ReadOnlySpan<byte> json, QueueLimitsChange change)
    {
        var errors = new FieldErrors();
        try
        {
            var read = Utf8.IsValid(json) ? Read(json, change, errors) : throw new JsonException();
            return errors.Any ? (change, CloudControllerProblem.Unprocessable(errors.ToDetail())) : (read, null);
        }
        catch (JsonException)
        {
            return (change, CloudControllerProblem.MessageParseError("invalid request body"));
        }
    }

    private static QueueLimitsChange Read(ReadOnlySpan<byte> json, QueueLimitsChange change, FieldErrors errors)
    {
        var reader = new Utf8JsonReader(json, Shallow);
        reader.Read();
        if (JsonValues.IsObject(ref reader, "The request body", errors))
        {
            var fields = new ObjectFields(Fields, "", errors);
            while (fields.Next(ref reader, out var field, nullCounts: (1u << Concurrency) | (1u << Rate)))
            {
                change = field == Concurrency
                    ? change with { ChangesConcurrency = true, Concurrency = ReadConcurrency(ref reader, errors) }
                    : change with { ChangesRate = true, Rate = ReadRate(ref reader, errors) };
            }
        }

        reader.Read();
        return change;
    }

    private static int? ReadConcurrency(ref Utf8JsonReader reader, FieldErrors errors) => reader.TokenType == JsonTokenType.Null
        ? null
        : JsonValues.Integer(ref reader, "concurrency", errors, 1, QueueLimits.MaxConcurrency);

    private static QueueRate? ReadRate(ref Utf8JsonReader reader, FieldErrors errors)
    {
        if (reader.TokenType == JsonTokenType.Null || !JsonValues.IsObject(ref reader, "rate", errors))
            return null;

        var (hasCount, hasSeconds) = (false, false);
        int? count = null, seconds = null;
        var fields = new ObjectFields(RateFields, "rate.", errors);
        while (fields.Next(ref reader, out var field))
        {
            if (field == Count)
                (hasCount, count) = (true, JsonValues.Integer(ref reader, "rate.count", errors, 1, QueueRate.MaxCount));
            else
                (hasSeconds, seconds) = (true, JsonValues.Integer(ref reader, "rate.seconds", errors, 1, QueueRate.MaxSeconds));
        }

        if (!hasCount)
            errors.Add("rate.count", "is required");
        if (!hasSeconds)
            errors.Add("rate.seconds", "is required");

        return count is { } starts && seconds is { } span ? new QueueRate(starts, span) : null;
    }
}
