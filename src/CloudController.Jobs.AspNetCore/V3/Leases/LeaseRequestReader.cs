using System.Text.Json;
using CloudController.Jobs.AspNetCore.V3.Submitting;
using CloudController.Jobs.Leasing;

namespace CloudController.Jobs.AspNetCore.V3.Leases;

/// <summary>Reads the body of <c>POST /v3/leases</c>.</summary>
/// <param name="subject">What a worker is called that does not say.</param>
internal sealed class LeaseRequestReader(string subject)
{
    private const int MaxNames = 100;
    private const string NameRule = "names of 1 to 128 characters of 'a' to 'z', '0' to '9', '_', '.' and '-'";

    private static readonly FieldSet Fields = new("worker", "operations", "queues", "max_jobs", "wait_seconds");

    public LeaseRequest Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, FieldErrors errors)
    {
        string? worker = null;
        IReadOnlyList<string>? operations = null, queues = null;
        int? maxJobs = null, waitSeconds = null;
        var hasOperations = false;

        var fields = new ObjectFields(Fields, "", errors);
        while (fields.Next(ref reader, out var field))
        {
            switch (field)
            {
                case 0:
                    worker = JsonValues.Text(ref reader, "worker", errors, 1, 255);
                    break;
                case 1:
                    hasOperations = true;
                    operations = ReadNames(ref reader, "operations", errors);
                    break;
                case 2:
                    queues = ReadNames(ref reader, "queues", errors);
                    break;
                case 3:
                    maxJobs = JsonValues.Integer(ref reader, "max_jobs", errors, 1, 1_000);
                    break;
                default:
                    waitSeconds = JsonValues.Integer(ref reader, "wait_seconds", errors, 0, 60);
                    break;
            }
        }

        if (!hasOperations)
            errors.Add("operations", "is required");

        return new LeaseRequest(worker ?? subject, operations ?? [], queues, maxJobs ?? 1, TimeSpan.FromSeconds(waitSeconds ?? 0));
    }

    private static string[]? ReadNames(ref Utf8JsonReader reader, string field, FieldErrors errors)
    {
        var names = new List<string>();
        var valid = JsonArrays.TryRead(ref reader, MaxNames, (ref Utf8JsonReader item) =>
        {
            if (item.TokenType != JsonTokenType.String || !JsonText.TryRead(ref item, out var name) || !JobNames.IsValid(name))
                return false;

            names.Add(name);
            return true;
        });

        if (valid && names.Count > 0)
            return [.. names.Distinct(StringComparer.Ordinal)];

        errors.Add(field, $"must be an array of 1 to {MaxNames} {NameRule}");
        return null;
    }
}
