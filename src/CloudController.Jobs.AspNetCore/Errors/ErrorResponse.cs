using System.Text.Json;
using CloudController.Jobs.AspNetCore.Responses;
using CloudController.Jobs.Errors;
using Microsoft.AspNetCore.Http;

namespace CloudController.Jobs.AspNetCore.Errors;

/// <summary>Writes errors: <c>{"description","error_code","code"}</c> below <c>/v2</c>, <c>{"errors":[{"detail","title","code"}]}</c> everywhere
/// else.</summary>
internal static class ErrorResponse
{
    public static Task WriteAsync(HttpContext context, CloudControllerProblem problem, ErrorCatalog catalog)
    {
        var response = context.Response;
        var (status, error) = Describe(problem, catalog);
        response.StatusCode = status;
        response.Headers.CacheControl = "no-store";
        if (problem.RetryAfterSeconds is { } seconds)
            response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);

        return context.Request.Path.StartsWithSegments("/v2") ? response.WriteV2Async(error, WriteV2) : response.WriteV3Async(error, WriteV3);
    }

    /// <summary>A problem's status and error.</summary>
    public static (int Status, JobError Error) Describe(CloudControllerProblem problem, ErrorCatalog catalog)
    {
        var (status, error) = catalog.TryFind(problem.Name, out var entry)
            ? (entry.HttpStatus, entry.ToError(problem.Arguments))
            : (StatusCodes.Status500InternalServerError, JobError.Unknown);
        return (problem.StatusCode ?? status, error);
    }

    /// <summary>One entry of a v3 <c>errors</c> array.</summary>
    public static void WriteEntry(Utf8JsonWriter writer, JobError error)
    {
        writer.WriteStartObject();
        writer.WriteString("detail"u8, error.Detail);
        writer.WriteString("title"u8, error.Title);
        writer.WriteNumber("code"u8, error.Code);
        writer.WriteEndObject();
    }

    private static void WriteV2(Utf8JsonWriter writer, JobError error)
    {
        writer.WriteStartObject();
        writer.WriteString("description"u8, error.Detail);
        writer.WriteString("error_code"u8, error.Title);
        writer.WriteNumber("code"u8, error.Code);
        writer.WriteEndObject();
    }

    public static void WriteV3(Utf8JsonWriter writer, JobError error)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("errors"u8);
        WriteEntry(writer, error);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
