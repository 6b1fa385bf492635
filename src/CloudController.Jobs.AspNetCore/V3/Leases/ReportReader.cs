using System.Text;
using System.Text.Json;
using CloudController.Jobs.AspNetCore.V3.Submitting;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.AspNetCore.V3.Leases;

/// <summary>Reads what a run reports: the body of a heartbeat, and the warnings of a completion.</summary>
internal static class ReportReader
{
    private const int MaxMessage = 1_000;
    private const int MaxWarning = 16_000;
    private const int MaxWarnings = 100;
    private const int MaxLine = 65_536;
    private const int MaxLines = 10_000;

    private static readonly FieldSet Fields = new("progress", "warnings", "log");
    private static readonly FieldSet ProgressFields = new("percent", "message");

    public static RunReport Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, FieldErrors errors)
    {
        JobProgress? progress = null;
        IReadOnlyList<string> warnings = [];
        string? log = null;

        var fields = new ObjectFields(Fields, "", errors);
        while (fields.Next(ref reader, out var field))
        {
            switch (field)
            {
                case 0:
                    progress = ReadProgress(ref reader, errors);
                    break;
                case 1:
                    warnings = ReadWarnings(ref reader, errors);
                    break;
                default:
                    log = ReadLog(ref reader, errors);
                    break;
            }
        }

        return new RunReport(progress, warnings, log);
    }

    public static IReadOnlyList<string> ReadWarnings(ref Utf8JsonReader reader, FieldErrors errors) =>
        ReadTexts(ref reader, MaxWarnings, 1, MaxWarning, out var warnings)
            ? warnings
            : Refuse(errors, "warnings", $"must be an array of at most {MaxWarnings} texts of 1 to {MaxWarning} characters");

    private static JobProgress? ReadProgress(ref Utf8JsonReader reader, FieldErrors errors)
    {
        if (!JsonValues.IsObject(ref reader, "progress", errors))
            return null;

        int? percent = null;
        string? message = null;
        var hasPercent = false;
        var fields = new ObjectFields(ProgressFields, "progress.", errors);
        while (fields.Next(ref reader, out var field))
        {
            if (field == 0)
            {
                hasPercent = true;
                percent = JsonValues.Integer(ref reader, "progress.percent", errors, 0, 100);
            }
            else
            {
                message = JsonValues.Text(ref reader, "progress.message", errors, 0, MaxMessage);
            }
        }

        if (!hasPercent)
            errors.Add("progress.percent", "is required");

        return new JobProgress(percent ?? 0, message);
    }

    private static string? ReadLog(ref Utf8JsonReader reader, FieldErrors errors)
    {
        if (!ReadTexts(ref reader, MaxLines, 0, MaxLine, out var lines))
            Refuse(errors, "log", $"must be an array of at most {MaxLines} lines of at most {MaxLine} characters");

        if (lines.Count == 0)
            return null;

        var log = new StringBuilder();
        foreach (var line in lines)
            log.Append(line).Append('\n');

        return log.ToString();
    }

    private static bool ReadTexts(ref Utf8JsonReader reader, int most, int min, int max, out List<string> texts)
    {
        var read = new List<string>();
        texts = read;
        return JsonArrays.TryRead(ref reader, most, (ref Utf8JsonReader item) =>
        {
            if (!JsonText.TryRead(ref item, min, max, out var text))
                return false;

            read.Add(text);
            return true;
        });
    }

    private static IReadOnlyList<string> Refuse(FieldErrors errors, string field, string rule)
    {
        errors.Add(field, rule);
        return [];
    }
}
