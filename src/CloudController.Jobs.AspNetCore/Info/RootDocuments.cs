using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace CloudController.Jobs.AspNetCore.Info;

/// <summary><c>/</c>, <c>/v3</c> and <c>/login</c>: where things are. What a Cloud Controller has and this server has not is <c>null</c>, which
/// clients skip; an object without <c>href</c> breaks some.</summary>
internal static class RootDocuments
{
    private static readonly string[] Absent =
        ["network_policy_v0", "network_policy_v1", "credhub", "routing", "logging", "log_cache", "log_stream", "app_ssh"];

    public static void WriteRoot(Utf8JsonWriter writer, (ServerInfo Info, HttpContext Context) request)
    {
        var (server, login) = (request.Info.Base(request.Context), request.Info.LoginServer(request.Context));
        writer.WriteStartObject();
        writer.WriteStartObject("links"u8);
        WriteLink(writer, "self", server);
        WriteLink(writer, "cloud_controller_v2", server + "/v2", ServerInfo.V2Version);
        WriteLink(writer, "cloud_controller_v3", server + "/v3", ServerInfo.V3Version);
        WriteLink(writer, "login", login);
        WriteLink(writer, "uaa", login);
        foreach (var absent in Absent)
            writer.WriteNull(absent);

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    public static void WriteV3(Utf8JsonWriter writer, (ServerInfo Info, HttpContext Context) request)
    {
        var v3 = request.Info.Base(request.Context) + "/v3";
        writer.WriteStartObject();
        writer.WriteStartObject("links"u8);
        WriteLink(writer, "self", v3);
        WriteLink(writer, "jobs", v3 + "/jobs");
        WriteLink(writer, "queues", v3 + "/queues");
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>Older clients look for a login server before any command, also where no token of theirs comes from it.</summary>
    public static void WriteLogin(Utf8JsonWriter writer, (ServerInfo Info, HttpContext Context) request)
    {
        var login = request.Info.LoginServer(request.Context);
        writer.WriteStartObject();
        writer.WriteStartObject("app"u8);
        writer.WriteString("version"u8, ServerInfo.Build);
        writer.WriteEndObject();
        writer.WriteStartObject("links"u8);
        writer.WriteString("uaa"u8, login);
        writer.WriteString("login"u8, login);
        writer.WriteEndObject();
        writer.WriteStartObject("prompts"u8);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteLink(Utf8JsonWriter writer, string name, string href, string? version = null)
    {
        writer.WriteStartObject(name);
        writer.WriteString("href"u8, href);
        if (version is not null)
        {
            writer.WriteStartObject("meta"u8);
            writer.WriteString("version"u8, version);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
