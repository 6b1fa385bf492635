using System.Security.Cryptography;
using CloudController.Jobs.AspNetCore.Responses;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace CloudController.Jobs.AspNetCore.OpenApi;

/// <summary><c>GET /openapi/v3.json</c>: the API's description, which is part of the program; open.</summary>
internal sealed class OpenApiEndpoint
{
    private readonly byte[] document = Read();
    private readonly EntityTagHeaderValue tag;

    public OpenApiEndpoint() => tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(document).AsSpan(0, 16))}\"");

    public void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/openapi/v3.json", [HttpMethods.Get, HttpMethods.Head], GetAsync);

    private Task GetAsync(HttpContext context)
    {
        var response = context.Response;
        response.Headers.ETag = tag.ToString();
        response.Headers.CacheControl = "public, no-cache";
        if (!IsKnown(context.Request))
            return response.WriteJsonAsync(JsonResponses.V3ContentType, document);

        response.StatusCode = StatusCodes.Status304NotModified;
        return Task.CompletedTask;
    }

    private bool IsKnown(HttpRequest request) =>
        EntityTagHeaderValue.TryParseList(request.Headers.IfNoneMatch.ToArray()!, out var known)
        && known.Any(name => name == EntityTagHeaderValue.Any || name.Compare(tag, useStrongComparison: false));

    private static byte[] Read()
    {
        using var resource = typeof(OpenApiEndpoint).Assembly.GetManifestResourceStream("openapi-v3.json")!;
        var document = new byte[resource.Length];
        resource.ReadExactly(document);
        return document;
    }
}
