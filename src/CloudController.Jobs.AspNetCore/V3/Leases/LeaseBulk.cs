using System.Text.Json;
using CloudController.Jobs.AspNetCore.Errors;
using CloudController.Jobs.AspNetCore.V3.Submitting;
using CloudController.Jobs.Errors;
using CloudController.Jobs.Leasing;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.AspNetCore.V3.Leases;

/// <summary>One element of a bulk: an end, or what speaks against it.</summary>
/// <param name="Lease">As it was sent; <see langword="null"/>: it was not.</param>
/// <param name="End">What is to be done.</param>
/// <param name="Problem">What is wrong with it.</param>
internal sealed record BulkElement(string? Lease, LeaseEnd? End, CloudControllerProblem? Problem);

/// <summary>Reads <c>POST /v3/leases/actions/bulk</c>. What is wrong with one element is that element's own result.</summary>
internal sealed class LeaseBulk(ErrorCatalog catalog, DateTimeOffset now)
{
    private const int MaxElements = 1_000;

    /// <summary>Longest text that is shown as the lease that it is not.</summary>
    private const int MaxShown = 255;

    private static readonly FieldSet Fields = new("leases");

    public List<BulkElement> Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, FieldErrors errors)
    {
        var elements = new List<BulkElement>();
        var (valid, hasLeases) = (true, false);
        var fields = new ObjectFields(Fields, "", errors);
        while (fields.Next(ref reader, out _))
        {
            hasLeases = true;
            valid = TryReadAll(ref reader, json, elements);
        }

        if (!valid || !hasLeases || elements.Count == 0)
            errors.Add("leases", $"must be an array of 1 to {MaxElements} objects");

        return elements;
    }

    private bool TryReadAll(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, List<BulkElement> elements)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return false;
        }

        var valid = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            valid = valid && elements.Count < MaxElements;
            if (valid)
                elements.Add(ReadOne(json[start..(int)reader.BytesConsumed]));
        }

        return valid;
    }

    private BulkElement ReadOne(ReadOnlySpan<byte> json)
    {
        if (json[0] != '{')
            return new BulkElement(null, null, CloudControllerProblem.Unprocessable("An element of leases must be an object"));

        var (lease, action) = (FindText(json, "lease"u8), FindText(json, "action"u8));
        if (lease is null)
            return new BulkElement(null, null, CloudControllerProblem.Unprocessable("lease must be a string"));

        if (action is null || !LeaseActionReader.IsAction(action))
            return new BulkElement(lease, null, CloudControllerProblem.Unprocessable("action must be complete, fail, poll_again or release"));

        var (read, problem) = LeaseBody.Parse(json, new LeaseActionReader(action, catalog, now).ReadInBulk);
        if (problem is not null)
            return new BulkElement(lease, null, problem);

        return LeaseKey.TryParse(lease, out var key)
            ? new BulkElement(lease, read!.For(key), null)
            : new BulkElement(lease, null, LeaseEndpoint.NotFound);
    }

    // The element has been read as JSON; a field that comes twice is refused later.
    private static string? FindText(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = SubmissionBody.MaxDepth });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var wanted = JsonText.Equals(ref reader, name);
            reader.Read();
            if (wanted)
                return ReadShort(ref reader);

            reader.Skip();
        }

        return null;
    }

    private static string? ReadShort(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String && JsonText.TryRead(ref reader, out var text) && text.Length <= MaxShown ? text : null;
}
