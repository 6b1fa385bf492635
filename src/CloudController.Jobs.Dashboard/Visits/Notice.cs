namespace CloudController.Jobs.Dashboard.Visits;

/// <summary>A page that says only one thing.</summary>
internal static class Notice
{
    public static Answer Of(int status, string title, string sentence) =>
        new Answer.Page(Section.None, title, $"""<p class="muted">{sentence}</p>""") { StatusCode = status };
}
