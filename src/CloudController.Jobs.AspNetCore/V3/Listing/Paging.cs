using System.Globalization;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.AspNetCore.V3.Listing;

/// <summary>Which page of a list, and in what order.</summary>
/// <param name="Page">From 1.</param>
/// <param name="PerPage">1 to 5,000.</param>
/// <param name="Order">By default the oldest first.</param>
internal sealed record Paging(int Page, int PerPage, JobOrder Order)
{
    /// <summary>How far into a list pages reach, and how far its results are counted.</summary>
    public const int MaxResults = 100_000;

    private const int MaxPerPage = 5_000;

    public static Paging Default { get; } = new(1, 50, new JobOrder(JobOrderBy.CreatedAt, Descending: false));

    /// <summary>How many results come before the page.</summary>
    public int Skip => (Page - 1) * PerPage;

    public static Paging Read(QueryParameters parameters, List<string> errors)
    {
        var page = ReadNumber(parameters.Find("page"), "Page", Default.Page, errors);
        var perPage = ReadNumber(parameters.Find("per_page"), "Per page", Default.PerPage, errors);
        if (perPage > MaxPerPage)
            errors.Add($"Per page must be between 1 and {MaxPerPage}");
        else if (page * perPage > MaxResults)
            errors.Add($"Maximum result (page * per_page) must be less than {MaxResults + 1}");

        var order = ReadOrder(parameters.Find("order_by"), errors);
        return errors.Count == 0 ? new Paging((int)page, (int)perPage, order) : Default;
    }

    /// <summary>How many pages there are, at least one; those past the reach are not counted.</summary>
    public int TotalPages(int total) => Math.Clamp((total + PerPage - 1) / PerPage, 1, MaxResults / PerPage);

    /// <summary>The order's spelling in links.</summary>
    public string OrderText => (Order.Descending ? "-" : "+") + (Order.By == JobOrderBy.CreatedAt ? "created_at" : "updated_at");

    private static long ReadNumber(string? text, string shown, int otherwise, List<string> errors)
    {
        if (text is null)
            return otherwise;

        // What has more digits is out of every range.
        var digits = text.Length > 9 && !text.AsSpan().ContainsAnyExceptInRange('0', '9') ? "999999999" : text;
        if (int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
            return number;

        errors.Add($"{shown} must be a positive integer");
        return otherwise;
    }

    private static JobOrder ReadOrder(string? text, List<string> errors)
    {
        if (text is null)
            return Default.Order;

        // A plus sign that was not encoded arrives as a space.
        var descending = text.StartsWith('-');
        switch (text.Length > 0 && text[0] is '-' or '+' or ' ' ? text[1..] : text)
        {
            case "created_at":
                return new JobOrder(JobOrderBy.CreatedAt, descending);
            case "updated_at":
                return new JobOrder(JobOrderBy.UpdatedAt, descending);
            default:
                errors.Add("Order by can only be: 'created_at', 'updated_at'");
                return Default.Order;
        }
    }
}
