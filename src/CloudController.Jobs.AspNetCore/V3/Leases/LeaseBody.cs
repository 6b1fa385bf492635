using System.Text.Json;
using System.Text.Unicode;
using CloudController.Jobs.AspNetCore.Errors;
using CloudController.Jobs.AspNetCore.V3.Submitting;
using Microsoft.AspNetCore.Http;

namespace CloudController.Jobs.AspNetCore.V3.Leases;

/// <summary>Reads the object that a body is.</summary>
/// <param name="reader">Stands at the object's start; is left at its end.</param>
/// <param name="json">The whole body.</param>
/// <param name="errors">What is wrong with it.</param>
internal delegate T ReadObject<out T>(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, FieldErrors errors)
    where T : class;

/// <summary>Reads the bodies of lease routes. One that is left out is an empty object.</summary>
internal static class LeaseBody
{
    /// <summary>How deep a body may nest; deeper is refused before anything is made of it.</summary>
    private static readonly JsonReaderOptions Strict = new() { MaxDepth = SubmissionBody.MaxDepth };

    public static async Task<(T? Value, CloudControllerProblem? Problem)> ReadAsync<T>(HttpRequest request, int limit, ReadObject<T> read)
        where T : class
    {
        if (request.ContentType is null && request.ContentLength is null or 0 && !request.Headers.ContainsKey("Transfer-Encoding"))
            return Parse("{}"u8, read);

        if (RequestBody.WhyNot(request, limit) is { } refused)
            return (null, refused);

        if (await RequestBody.ReadAsync(request, limit) is not { } body)
            return (null, RequestBody.TooLarge(limit));

        using (body)
            return Parse(body.Bytes.IsEmpty ? "{}"u8 : body.Bytes, read);
    }

    /// <summary>Reads one object.</summary>
    /// <param name="json">All of it.</param>
    /// <param name="read">How.</param>
    public static (T? Value, CloudControllerProblem? Problem) Parse<T>(ReadOnlySpan<byte> json, ReadObject<T> read)
        where T : class
    {
        var errors = new FieldErrors();
        try
        {
            // The reader itself takes any bytes inside strings.
            if (!Utf8.IsValid(json))
                throw new JsonException();

            var reader = new Utf8JsonReader(json, Strict);
            reader.Read();
            var value = JsonValues.IsObject(ref reader, "The request body", errors) ? read(ref reader, json, errors) : null;
            reader.Read();
            return errors.TooLarge ? (null, LeaseAction.ResultTooLarge)
                : errors.Any ? (null, CloudControllerProblem.Unprocessable(errors.ToDetail()))
                : (value, null);
        }
        catch (JsonException)
        {
            return (null, CloudControllerProblem.MessageParseError("invalid request body"));
        }
    }
}
