using System.Text.Json;

namespace CloudController.Jobs.AspNetCore.V3.Submitting;

/// <summary>Reads <c>resource</c>. Its url is an absolute <c>http(s)</c> one without user info, or a path from the root of this server, so that a
/// link can be followed by whoever sees it and never runs a script.</summary>
internal static class ResourceReader
{
    private const int MaxType = 128;
    private const int MaxGuid = 255;
    private const int MaxUrl = 2_048;

    private static readonly FieldSet Fields = new("type", "guid", "url");

    public static JobResource? Read(ref Utf8JsonReader reader, FieldErrors errors)
    {
        if (!JsonValues.IsObject(ref reader, "resource", errors))
            return null;

        string? type = null, guid = null, url = null;
        bool hasType = false, hasGuid = false;
        var fields = new ObjectFields(Fields, "resource.", errors);
        while (fields.Next(ref reader, out var field))
        {
            switch (field)
            {
                case 0:
                    hasType = true;
                    type = ReadType(ref reader, errors);
                    break;
                case 1:
                    hasGuid = true;
                    guid = ReadGuid(ref reader, errors);
                    break;
                default:
                    url = ReadUrl(ref reader, errors);
                    break;
            }
        }

        if (!hasType)
            errors.Add("resource.type", "is required");

        if (!hasGuid)
            errors.Add("resource.guid", "is required");

        return type is null || guid is null ? null : new JobResource(type, guid, url);
    }

    private static string? ReadType(ref Utf8JsonReader reader, FieldErrors errors)
    {
        var type = JsonValues.Text(ref reader, "resource.type", errors, 1, MaxType);
        if (type is null)
            return null;

        // It is the key of the job's second link; the first is called self.
        if (type != "self" && type.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '.' or '-'))
            return type;

        errors.Add("resource.type", "must be of letters, digits, '_', '.' and '-', and not 'self'");
        return null;
    }

    private static string? ReadGuid(ref Utf8JsonReader reader, FieldErrors errors)
    {
        var guid = JsonValues.Text(ref reader, "resource.guid", errors, 1, MaxGuid);
        if (guid is null || !guid.Any(char.IsControl))
            return guid;

        errors.Add("resource.guid", "must not have control characters");
        return null;
    }

    private static string? ReadUrl(ref Utf8JsonReader reader, FieldErrors errors)
    {
        var url = JsonValues.Text(ref reader, "resource.url", errors, 1, MaxUrl);
        if (url is null || IsLink(url))
            return url;

        errors.Add("resource.url", "must be an absolute http or https URL without user info, or a path that begins with one '/'");
        return null;
    }

    private static bool IsLink(string url)
    {
        if (url.Any(character => char.IsControl(character) || char.IsWhiteSpace(character) || character == '\\'))
            return false;

        if (url[0] == '/')
            return !url.StartsWith("//", StringComparison.Ordinal);

        return (url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || url.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            && Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Host.Length > 0 && parsed.UserInfo.Length == 0;
    }
}
