using System.Net.Mime;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace CloudController.Jobs.Dashboard.Visits;

/// <summary>A form as browsers send those of our pages.</summary>
internal static class PostedForm
{
    /// <summary>A token or a reason is all that they carry, and anyone may send them.</summary>
    public const int MaxBytes = 64 * 1024;

    private static readonly FormOptions Limits = new() { ValueCountLimit = 16, KeyLengthLimit = 256, ValueLengthLimit = MaxBytes };

    /// <summary>Reads it; once read it can be had from the request.</summary>
    /// <returns><see langword="null"/>: it is none of ours.</returns>
    /// <exception cref="BadHttpRequestException">It is larger than any of ours.</exception>
    public static async Task<IFormCollection?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals(MediaTypeNames.Application.FormUrlEncoded, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = MaxBytes;

        try
        {
            return await request.ReadFormAsync(Limits, cancellationToken);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
