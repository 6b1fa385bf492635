using System.Text.Json;
using CloudController.Jobs.AspNetCore.V3.Submitting;
using CloudController.Jobs.Errors;

namespace CloudController.Jobs.AspNetCore.V3.Leases;

/// <summary>Reads the body of an action that ends a lease.</summary>
/// <param name="action">Which.</param>
/// <param name="catalog">Names the failures that clients know.</param>
/// <param name="now">The time: a retry in the past comes at once.</param>
internal sealed class LeaseActionReader(string action, ErrorCatalog catalog, DateTimeOffset now)
{
    // In a bulk an action stands with its lease and its name.
    private const string Lease = "lease", Action = "action";

    private static readonly FieldSet CompleteFields = new("result", "warnings", Lease, Action);
    private static readonly FieldSet FailFields = new("errors", "retry_at", "final", Lease, Action);
    private static readonly FieldSet PollFields = new("seconds", Lease, Action);
    private static readonly FieldSet ReleaseFields = new("delay_seconds", Lease, Action);

    private static readonly (FieldSet Set, string Name, int Min, int Max) PollRule = (PollFields, "seconds", 1, 86_400);
    private static readonly (FieldSet Set, string Name, int Min, int Max) ReleaseRule = (ReleaseFields, "delay_seconds", 0, 3_600);

    private readonly GivenFields given = new(action);

    /// <summary>Whether there is such an action.</summary>
    public static bool IsAction(string action) =>
        action is LeaseAction.Complete or LeaseAction.Fail or LeaseAction.PollAgain or LeaseAction.Release;

    /// <summary>Reads the body of a request of its own.</summary>
    public LeaseAction Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, FieldErrors errors) =>
        Read(ref reader, json, errors, inBulk: false);

    /// <summary>Reads one element of a bulk.</summary>
    public LeaseAction ReadInBulk(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, FieldErrors errors) =>
        Read(ref reader, json, errors, inBulk: true);

    private LeaseAction Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, FieldErrors errors, bool inBulk)
    {
        var read = action switch
        {
            LeaseAction.Complete => ReadComplete(ref reader, json, errors, inBulk),
            LeaseAction.Fail => ReadFail(ref reader, json, errors, inBulk),
            LeaseAction.PollAgain => new LeaseAction(
                new RunEnd.Polled(ReadSeconds(ref reader, json, errors, inBulk, PollRule) ?? Missing(errors, "seconds")), []),
            _ => new LeaseAction(new RunEnd.Released(ReadSeconds(ref reader, json, errors, inBulk, ReleaseRule) ?? TimeSpan.Zero), []),
        };
        return errors.Any ? read : read with { Fingerprint = given.Fingerprint() };
    }

    private LeaseAction ReadComplete(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, FieldErrors errors, bool inBulk)
    {
        byte[] result = [];
        IReadOnlyList<string> warnings = [];
        var fields = new ObjectFields(CompleteFields, "", errors);
        while (fields.Next(ref reader, out var field))
        {
            var start = (int)reader.TokenStartIndex;
            switch (field)
            {
                case 0:
                    reader.Skip();
                    result = CompactJson.From(json[start..(int)reader.BytesConsumed]);
                    errors.TooLarge |= result.Length > LeaseAction.MaxResultBytes;
                    break;
                case 1:
                    warnings = ReportReader.ReadWarnings(ref reader, errors);
                    break;
                default:
                    PassOver(ref reader, CompleteFields.NameOf(field), errors, inBulk);
                    continue;
            }

            given.Add(CompleteFields.NameOf(field), json[start..(int)reader.BytesConsumed]);
        }

        return new LeaseAction(new RunEnd.Finished(), []) { Result = result, Warnings = warnings };
    }

    private LeaseAction ReadFail(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, FieldErrors errors, bool inBulk)
    {
        var failures = new FailureReader(catalog, errors);
        DateTimeOffset? retryAt = null;
        var final = false;
        var fields = new ObjectFields(FailFields, "", errors);
        while (fields.Next(ref reader, out var field))
        {
            var start = (int)reader.TokenStartIndex;
            switch (field)
            {
                case 0:
                    failures.Read(ref reader);
                    break;
                case 1:
                    retryAt = JsonValues.Instant(ref reader, "retry_at", errors);
                    break;
                case 2:
                    final = ReadBoolean(ref reader, "final", errors);
                    break;
                default:
                    PassOver(ref reader, FailFields.NameOf(field), errors, inBulk);
                    continue;
            }

            given.Add(FailFields.NameOf(field), json[start..(int)reader.BytesConsumed]);
        }

        // A time that has passed gives no place ahead of those who wait.
        var end = new RunEnd.Failed(failures.Errors) { Final = final, RetryAt = retryAt < now ? now : retryAt };
        return new LeaseAction(end, []) { Detail = failures.Detail };
    }

    private TimeSpan? ReadSeconds(
        ref Utf8JsonReader reader, ReadOnlySpan<byte> json, FieldErrors errors, bool inBulk, (FieldSet Set, string Name, int Min, int Max) rule)
    {
        TimeSpan? seconds = null;
        var fields = new ObjectFields(rule.Set, "", errors);
        while (fields.Next(ref reader, out var field))
        {
            if (field != 0)
            {
                PassOver(ref reader, rule.Set.NameOf(field), errors, inBulk);
                continue;
            }

            var start = (int)reader.TokenStartIndex;
            seconds = TimeSpan.FromSeconds(JsonValues.Integer(ref reader, rule.Name, errors, rule.Min, rule.Max) ?? 1);
            given.Add(rule.Name, json[start..(int)reader.BytesConsumed]);
        }

        return seconds;
    }

    private static TimeSpan Missing(FieldErrors errors, string field)
    {
        errors.Add(field, "is required");
        return TimeSpan.Zero;
    }

    private static bool ReadBoolean(ref Utf8JsonReader reader, string field, FieldErrors errors)
    {
        if (reader.TokenType is JsonTokenType.True or JsonTokenType.False)
            return reader.GetBoolean();

        errors.Add(field, "must be true or false");
        reader.Skip();
        return false;
    }

    // The lease and the action of a bulk's element have been read before; elsewhere there are no such fields.
    private static void PassOver(ref Utf8JsonReader reader, string field, FieldErrors errors, bool inBulk)
    {
        if (!inBulk)
            errors.AddUnknown(field);

        reader.Skip();
    }
}
