using System.Text.Json;
using System.Text.Unicode;
using CloudController.Jobs.AspNetCore.Errors;
using CloudController.Jobs.AspNetCore.V3.Submitting;
using Microsoft.AspNetCore.Http;

namespace CloudController.Jobs.AspNetCore.V3.Queues;

/// <summary>Reads the body of a pause or resume: <c>{"reason": text}</c>, which may be left out.</summary>
internal static class ReasonBody
{
    private const int Limit = 16 * 1024;
    private const int MaxReason = 1_000;

    private static readonly JsonReaderOptions Shallow = new() { MaxDepth = 8 };
    private static readonly FieldSet Fields = new("reason");

    public static async Task<(string? Reason, CloudControllerProblem? Problem)> ReadAsync(HttpRequest request)
    {
        if (request.ContentType is null && request.ContentLength is null or 0 && !request.Headers.ContainsKey("Transfer-Encoding"))
            return (null, null);

        if (RequestBody.WhyNot(request, Limit) is { } refused)
            return (null, refused);

        if (await RequestBody.ReadAsync(request, Limit) is not { } body)
            return (null, RequestBody.TooLarge(Limit));

        using (body)
            return Read(body.Bytes);
    }

    private static (string? Reason, CloudControllerProblem? Problem) Read(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty)
            return (null, null);

        var errors = new FieldErrors();
        try
        {
            var reason = Utf8.IsValid(json) ? Read(json, errors) : throw new JsonException();
            return errors.Any ? (null, CloudControllerProblem.Unprocessable(errors.ToDetail())) : (reason, null);
        }
        catch (JsonException)
        {
            return (null, CloudControllerProblem.MessageParseError("invalid request body"));
        }
    }

    private static string? Read(ReadOnlySpan<byte> json, FieldErrors errors)
    {
        string? reason = null;
        var reader = new Utf8JsonReader(json, Shallow);
        reader.Read();
        if (JsonValues.IsObject(ref reader, "The request body", errors))
        {
            var fields = new ObjectFields(Fields, "", errors);
            while (fields.Next(ref reader, out _))
                reason = JsonValues.Text(ref reader, "reason", errors, 0, MaxReason);
        }

        reader.Read();
        return reason;
    }
}
