using System.Globalization;
using System.Text;
using System.Text.Json;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.AspNetCore.V3.Listing;

/// <summary>A page of a list of jobs.</summary>
internal readonly record struct ShownPage(JobPage Page, JobQuery Query, string BaseUrl);

/// <summary>Writes a page with its links, as Cloud Controller's lists have them: absolute, their parameters in alphabetical order.</summary>
internal static class ListDocument
{
    public static void Write(Utf8JsonWriter writer, ShownPage shown)
    {
        writer.WriteStartObject();
        WritePagination(writer, shown);
        writer.WriteStartArray("resources"u8);
        foreach (var job in shown.Page.Jobs)
            JobDocument.Write(writer, new ShownJob(job, shown.BaseUrl, JobView.Listed));
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WritePagination(Utf8JsonWriter writer, ShownPage shown)
    {
        var paging = shown.Query.Paging;
        var last = paging.TotalPages(shown.Page.Total);
        writer.WriteStartObject("pagination"u8);
        writer.WriteNumber("total_results"u8, shown.Page.Total);
        writer.WriteNumber("total_pages"u8, last);
        WriteLink(writer, "first"u8, shown, 1);
        WriteLink(writer, "last"u8, shown, last);
        WriteLink(writer, "next"u8, shown, paging.Page < last ? paging.Page + 1 : null);
        WriteLink(writer, "previous"u8, shown, paging.Page > 1 ? paging.Page - 1 : null);
        writer.WriteEndObject();
    }

    private static void WriteLink(Utf8JsonWriter writer, ReadOnlySpan<byte> name, ShownPage shown, int? page)
    {
        if (page is not { } number)
        {
            writer.WriteNull(name);
            return;
        }

        writer.WriteStartObject(name);
        writer.WriteString("href"u8, Href(shown, number));
        writer.WriteEndObject();
    }

    private static string Href(ShownPage shown, int page)
    {
        var paging = shown.Query.Paging;
        var parameters = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in shown.Query.Parameters.All)
            parameters[name] = name == "order_by" ? paging.OrderText : value;

        parameters["page"] = page.ToString(CultureInfo.InvariantCulture);
        parameters["per_page"] = paging.PerPage.ToString(CultureInfo.InvariantCulture);

        var href = new StringBuilder(shown.BaseUrl).Append("/v3/jobs");
        var separator = '?';
        foreach (var (name, value) in parameters)
        {
            href.Append(separator).Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
            separator = '&';
        }

        return href.ToString();
    }
}
