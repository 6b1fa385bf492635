using System.Buffers;
using System.IO.Pipelines;
using CloudController.Jobs.AspNetCore.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace CloudController.Jobs.AspNetCore.V3.Submitting;

/// <summary>A JSON body in one piece of memory, read no further than a limit. Dispose it when nothing of it is needed any more.</summary>
internal readonly struct RequestBody : IDisposable
{
    private readonly PipeReader reader;
    private readonly ReadOnlySequence<byte> sequence;
    private readonly byte[]? rented;

    private RequestBody(PipeReader reader, ReadOnlySequence<byte> sequence)
    {
        this.reader = reader;
        this.sequence = sequence;
        if (sequence.IsSingleSegment)
            return;

        rented = ArrayPool<byte>.Shared.Rent((int)sequence.Length);
        sequence.CopyTo(rented);
    }

    public ReadOnlySpan<byte> Bytes => rented is null ? sequence.FirstSpan : rented.AsSpan(0, (int)sequence.Length);

    /// <summary>What speaks against reading a body at all: its content type or encoding, or the length it claims; <see langword="null"/> if nothing
    /// does. Ask it before reading.</summary>
    public static CloudControllerProblem? WhyNot(HttpRequest request, int limit)
    {
        // The limit here stands in for the server's, which is one for all routes and would end the connection before the answer is read.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;

        if (!IsJson(request.ContentType))
            return CloudControllerProblem.UnsupportedMediaType with { Arguments = ["send application/json"] };

        if (request.Headers.ContentEncoding is { Count: > 0 } coding && !coding.ToString().Equals("identity", StringComparison.OrdinalIgnoreCase))
            return CloudControllerProblem.UnsupportedMediaType with { Arguments = ["send it without a Content-Encoding"] };

        return request.ContentLength > limit ? TooLarge(limit) : null;
    }

    /// <summary>What is said of a body that is longer than the limit.</summary>
    public static CloudControllerProblem TooLarge(int limit) =>
        CloudControllerProblem.RequestTooLarge with { Arguments = [$"the body can have at most {limit} bytes"] };

    /// <summary>Reads the whole body.</summary>
    /// <returns><see langword="null"/> if it is longer than the limit.</returns>
    public static async ValueTask<RequestBody?> ReadAsync(HttpRequest request, int limit)
    {
        var reader = request.BodyReader;
        while (true)
        {
            // The server ends this itself when the client is gone; a token would end it first and leave the connection amid a read.
            var result = await reader.ReadAsync(CancellationToken.None);
            var buffer = result.Buffer;
            if (buffer.Length > limit)
            {
                reader.AdvanceTo(buffer.End);
                return null;
            }

            if (result.IsCompleted)
                return new RequestBody(reader, buffer);

            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    public void Dispose()
    {
        reader.AdvanceTo(sequence.End);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
    }

    private static bool IsJson(string? contentType)
    {
        if (contentType == "application/json")
            return true;

        return MediaTypeHeaderValue.TryParse(contentType, out var type)
            && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase));
    }
}
