using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace CloudController.Jobs.AspNetCore.Responses;

/// <summary>A v3 answer.</summary>
/// <param name="StatusCode">200, 201 or 202.</param>
/// <param name="Value">What it shows.</param>
/// <param name="Write">How that is written.</param>
internal sealed record V3Result<T>(int StatusCode, T Value, Action<Utf8JsonWriter, T> Write) : IResult
{
    /// <summary>Absolute url of what was made or accepted.</summary>
    public string? Location { get; init; }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = StatusCode;
        if (Location is not null)
            response.Headers.Location = Location;

        return response.WriteV3Async(Value, Write);
    }
}
