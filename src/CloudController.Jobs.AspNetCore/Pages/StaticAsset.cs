using System.Reflection;
using System.Security.Cryptography;
using CloudController.Jobs.AspNetCore.RateLimits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CloudController.Jobs.AspNetCore.Pages;

/// <summary>A style sheet, script or picture that is part of the program. Its address names its content, so that browsers keep it for good.</summary>
internal sealed class StaticAsset
{
    private readonly byte[] content;
    private readonly string version;
    private readonly string contentType;

    /// <param name="assembly">Whose resource it is.</param>
    /// <param name="name">The resource, and the last segment of its address.</param>
    public StaticAsset(Assembly assembly, string name)
    {
        Name = name;
        content = Read(assembly, name);
        version = Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 6));
        contentType = Path.GetExtension(name) switch
        {
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".svg" => "image/svg+xml; charset=utf-8",
            _ => throw new ArgumentException($"{name} is of no known kind.", nameof(name)),
        };
    }

    public string Name { get; }

    /// <summary>Its address, below a folder.</summary>
    public string In(string folder) => $"{folder}/{Name}?v={version}";

    /// <summary>Serves it from a folder; open, and without a limit, as browsers ask for it once.</summary>
    public void Map(IEndpointRouteBuilder routes, string folder) =>
        routes.MapMethods($"{folder}/{Name}", [HttpMethods.Get, HttpMethods.Head], GetAsync).WithoutRateLimit().ExcludeFromDescription();

    private Task GetAsync(HttpContext context)
    {
        var response = context.Response;
        response.ContentType = contentType;
        response.ContentLength = content.Length;
        response.Headers.ContentSecurityPolicy = "default-src 'none'";
        response.Headers.CacheControl = context.Request.QueryString.Value == $"?v={version}" ? "public, max-age=31536000, immutable" : "no-cache";
        var writing = response.BodyWriter.WriteAsync(content);
        return writing.IsCompletedSuccessfully ? Task.CompletedTask : writing.AsTask();
    }

    private static byte[] Read(Assembly assembly, string name)
    {
        using var resource = assembly.GetManifestResourceStream(name) ?? throw new ArgumentException($"{name} is not in {assembly}.", nameof(name));
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }
}
