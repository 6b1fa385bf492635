using System.Text.Json;
using CloudController.Jobs.AspNetCore.Auth;
using CloudController.Jobs.AspNetCore.Responses;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CloudController.Jobs.AspNetCore.Callbacks;

/// <summary><c>GET /v3/callback_secret</c>: what the callbacks of the caller's own jobs are signed with.</summary>
internal static class CallbackSecretEndpoint
{
    public static void MapCallbackSecret(this IEndpointRouteBuilder v3) =>
        v3.MapMethods("/callback_secret", [HttpMethods.Get, HttpMethods.Head], GetAsync).RequireScope(Scope.Read);

    private static async Task<IResult> GetAsync(Caller caller, CallbackSecrets secrets, HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        var secret = await secrets.FindAsync(caller.Owner, context.RequestAborted);
        return new V3Result<string>(StatusCodes.Status200OK, Webhook.SecretText(secret), Write);
    }

    private static void Write(Utf8JsonWriter writer, string secret)
    {
        writer.WriteStartObject();
        writer.WriteString("secret"u8, secret);
        writer.WriteEndObject();
    }
}
