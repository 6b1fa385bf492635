using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace CloudController.Jobs.AspNetCore.Info;

/// <summary><c>/v2/info</c> and <c>/v3/info</c>.</summary>
internal static class InfoDocuments
{
    public static void WriteV2(Utf8JsonWriter writer, (ServerInfo Info, HttpContext Context) request)
    {
        var login = request.Info.LoginServer(request.Context);
        writer.WriteStartObject();
        writer.WriteString("name"u8, ServerInfo.Name);
        writer.WriteString("build"u8, ServerInfo.Build);
        writer.WriteString("support"u8, "");
        writer.WriteNumber("version"u8, 0);
        writer.WriteString("description"u8, ServerInfo.Description);
        writer.WriteString("authorization_endpoint"u8, login);
        writer.WriteString("token_endpoint"u8, login);
        writer.WriteNull("min_cli_version"u8);
        writer.WriteNull("min_recommended_cli_version"u8);
        writer.WriteString("api_version"u8, ServerInfo.V2Version);
        writer.WriteEndObject();
    }

    public static void WriteV3(Utf8JsonWriter writer, (ServerInfo Info, HttpContext Context) request)
    {
        var limits = request.Info.Limits;
        writer.WriteStartObject();
        writer.WriteString("build"u8, ServerInfo.Build);
        writer.WriteStartObject("cli_version"u8);
        writer.WriteString("minimum"u8, "");
        writer.WriteString("recommended"u8, "");
        writer.WriteEndObject();
        writer.WriteStartObject("custom"u8);
        writer.WriteEndObject();
        writer.WriteString("description"u8, ServerInfo.Description);
        writer.WriteString("name"u8, ServerInfo.Name);
        writer.WriteNumber("version"u8, 0);
        writer.WriteStartObject("rate_limits"u8);
        writer.WriteBoolean("enabled"u8, limits.Enabled);
        writer.WriteNumber("general_limit"u8, 60 * limits.UserPerSecond);
        writer.WriteNumber("reset_interval_in_minutes"u8, 1);
        writer.WriteEndObject();
        writer.WriteStartObject("links"u8);
        writer.WriteStartObject("self"u8);
        writer.WriteString("href"u8, request.Info.Base(request.Context) + "/v3/info");
        writer.WriteEndObject();
        writer.WriteNull("support"u8);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
