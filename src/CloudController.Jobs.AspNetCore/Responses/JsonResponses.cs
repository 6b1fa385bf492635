using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace CloudController.Jobs.AspNetCore.Responses;

/// <summary>Answers with JSON as each version of the API has it (contract §3), always with its length.</summary>
internal static class JsonResponses
{
    public const string V2ContentType = "application/json;charset=utf-8";
    public const string V3ContentType = "application/json; charset=utf-8";

    /// <summary>Writes a v2 body: two spaces a level, no newline at the end.</summary>
    public static Task WriteV2Async<T>(this HttpResponse response, T value, Action<Utf8JsonWriter, T> write) =>
        WriteAsync(response, V2ContentType, JsonBody.RentPretty(), value, write);

    /// <summary>Writes a v3 body: compact.</summary>
    public static Task WriteV3Async<T>(this HttpResponse response, T value, Action<Utf8JsonWriter, T> write) =>
        WriteAsync(response, V3ContentType, JsonBody.RentCompact(), value, write);

    /// <summary>Writes a body that was made before.</summary>
    public static Task WriteJsonAsync(this HttpResponse response, string contentType, ReadOnlyMemory<byte> body)
    {
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        var writing = response.BodyWriter.WriteAsync(body);
        return writing.IsCompletedSuccessfully ? Task.CompletedTask : writing.AsTask();
    }

    private static Task WriteAsync<T>(HttpResponse response, string contentType, JsonBody body, T value, Action<Utf8JsonWriter, T> write)
    {
        write(body.Writer, value);
        var bytes = body.Bytes;
        response.ContentType = contentType;
        response.ContentLength = bytes.Length;

        var writing = response.BodyWriter.WriteAsync(bytes);
        if (!writing.IsCompletedSuccessfully)
            return AwaitAsync(writing, body);

        body.Dispose();
        return Task.CompletedTask;
    }

    private static async Task AwaitAsync(ValueTask<FlushResult> writing, JsonBody body)
    {
        using (body)
            await writing;
    }
}
