using System.Text.Json;
using CloudController.Jobs.AspNetCore.V3.Submitting;
using CloudController.Jobs.Errors;

namespace CloudController.Jobs.AspNetCore.V3.Leases;

/// <summary>Reads why a run failed: errors that the catalogue names, which the outside sees, and details that it does not.</summary>
internal sealed class FailureReader(ErrorCatalog catalog, FieldErrors errors)
{
    private const int MaxErrors = 100;
    private const int MaxName = 128;
    private const int MaxArguments = 20;
    private const int MaxArgument = 4_000;
    private const int MaxDetail = 65_536;

    private static readonly FieldSet Fields = new("name", "args", "detail");

    private readonly List<JobError> found = [];
    private readonly List<string> details = [];

    /// <summary>As the outside sees them, those of the catalogue first: v2 and the clients of v3 show only the first. At least one.</summary>
    public IReadOnlyList<JobError> Errors => found.Count == 0 ? [JobError.Unknown] : [.. found.OrderBy(error => error == JobError.Unknown)];

    /// <summary>What the outside does not see.</summary>
    public string? Detail => details.Count == 0 ? null : string.Join('\n', details);

    public void Read(ref Utf8JsonReader reader)
    {
        if (!JsonArrays.TryRead(ref reader, MaxErrors, ReadOne))
            errors.Add("errors", $"must be an array of at most {MaxErrors} objects");
    }

    private bool ReadOne(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return false;

        var path = $"errors[{found.Count}]";
        string? name = null, detail = null;
        List<string>? arguments = null;
        var (hasName, hasDetail) = (false, false);
        var fields = new ObjectFields(Fields, $"{path}.", errors);
        while (fields.Next(ref reader, out var field))
        {
            switch (field)
            {
                case 0:
                    hasName = true;
                    name = JsonValues.Text(ref reader, $"{path}.name", errors, 1, MaxName);
                    break;
                case 1:
                    arguments = ReadArguments(ref reader, $"{path}.args");
                    break;
                default:
                    hasDetail = true;
                    detail = JsonValues.Text(ref reader, $"{path}.detail", errors, 1, MaxDetail);
                    break;
            }
        }

        if (hasName == hasDetail)
            errors.Add(path, "must have either name, with args, or detail");
        else if (hasDetail && arguments is not null)
            errors.Add($"{path}.args", "goes with name");

        found.Add(name is null ? JobError.Unknown : Named(name, arguments ?? [], path));
        if (detail is not null)
            details.Add(detail);

        return true;
    }

    private JobError Named(string name, List<string> arguments, string path)
    {
        if (!catalog.TryCreate(name, arguments, out var error, out var whyNot))
            errors.Add(path, $"cannot be shown: {whyNot.TrimEnd('.')}");

        return error;
    }

    private List<string> ReadArguments(ref Utf8JsonReader reader, string field)
    {
        var arguments = new List<string>();
        var valid = JsonArrays.TryRead(ref reader, MaxArguments, (ref Utf8JsonReader item) =>
        {
            if (item.TokenType == JsonTokenType.Number)
            {
                arguments.Add(System.Text.Encoding.UTF8.GetString(item.ValueSpan));
                return item.ValueSpan.Length <= MaxArgument;
            }

            if (!JsonText.TryRead(ref item, 0, MaxArgument, out var text))
                return false;

            arguments.Add(text);
            return true;
        });

        if (!valid)
            errors.Add(field, $"must be an array of at most {MaxArguments} strings of at most {MaxArgument} characters, or numbers");

        return arguments;
    }
}
