using CloudController.Jobs.AspNetCore.Pages;
using CloudController.Jobs.AspNetCore.V3.Listing;
using CloudController.Jobs.Dashboard.Showing;
using CloudController.Jobs.Dashboard.Visits;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Dashboard.Jobs;

internal static class JobListPage
{
    private static readonly string[] Phases = [.. Enum.GetValues<JobPhase>().Select(JobPhases.PhaseName).Distinct()];

    public static Html Of(Visit visit, JobSearch search, JobPage page) => $"""
        {Form(visit, search)}
        <section data-part="jobs" aria-label="Jobs found">{Found(visit, search, page)}</section>
        """;

    private static Html Form(Visit visit, JobSearch search) => $"""
        <form method="get" action="{visit.Root}/jobs" class="card search" role="search" aria-label="Jobs">
        <div class="field"><label for="phases">State</label><select id="phases" name="phases"><option value="">any</option>{Phases.Select(phase => Option(phase, search))}</select></div>
        {Field("operations", "Operation", "app.delete", search)}
        {Field("queues", "Queue", "default", search)}
        {Field("guids", "Guid", "01a21079-…", search)}
        {Field("resource_guids", "Resource", "its guid", search)}
        {Field("label_selector", "Labels", "env=prod,!canary", search)}
        <div class="buttons"><button class="primary">Search</button>{(search.IsFiltered ? Clear(visit) : Html.None)}</div>
        </form>
        """;

    private static Html Clear(Visit visit) => $"""<a class="button" href="{visit.Root}/jobs">Clear</a>""";

    private static Html Option(string phase, JobSearch search)
    {
        Html selected = search.Value("phases") == phase ? $" selected" : Html.None;
        return $"""<option{selected}>{phase}</option>""";
    }

    private static Html Field(string name, string label, string example, JobSearch search) => $"""
        <div class="field"><label for="{name}">{label}</label><input id="{name}" name="{name}" value="{search.Value(name)}" placeholder="{example}" autocomplete="off" spellcheck="false"></div>
        """;

    private static Html Found(Visit visit, JobSearch search, JobPage page)
    {
        if (search.WhyNot is { } whyNot)
            return $"""<p class="notice bad" role="alert">{whyNot}</p>""";

        if (page.Jobs.Count == 0)
            return $"""<p class="empty">{(search.IsFiltered ? "No job is like that." : "There are no jobs yet.")}</p>""";

        return $"""
            <div class="card table"><table class="jobs">
            <thead><tr><th scope="col">State</th><th scope="col">Job</th><th scope="col" class="wide">Queue</th><th scope="col" class="wide">Resource</th><th scope="col" class="wide">Attempt</th><th scope="col">Made</th></tr></thead>
            <tbody>{page.Jobs.Select(job => Row(visit, job))}</tbody>
            </table></div>
            {Pages(visit, search, page)}
            """;
    }

    private static Html Row(Visit visit, Job job)
    {
        var life = job.Lifecycle;
        Html progress = life.Phase == JobPhase.Running && job.Progress is { } known
            ? $"""<progress max="100" value="{known.Percent}" aria-label="Progress">{known.Percent} %</progress>"""
            : Html.None;
        Html error = life.Errors is [var first, ..] ? $"""<span class="small muted line">{first.Detail}</span>""" : Html.None;
        return $"""
            <tr><td>{Show.Phase(life.Phase)}</td>
            <td class="main"><a href="{visit.Root}/jobs/{job.Guid}"><strong>{job.Operation}</strong> <span class="mono muted">{job.Guid}</span></a>{progress}{error}</td>
            <td class="wide">{job.Queue}</td><td class="wide">{job.Resource?.Type}</td><td class="wide number">{life.Attempt} of {life.AttemptsAllowed}</td><td>{Show.Ago(job.CreatedAt, visit.Now)}</td></tr>
            """;
    }

    private static Html Pages(Visit visit, JobSearch search, JobPage page)
    {
        var paging = search.Query.Paging;
        var (first, last) = (paging.Skip + 1, paging.Skip + page.Jobs.Count);
        var total = page.Total >= Paging.MaxResults ? $"more than {Show.Number(Paging.MaxResults)}" : Show.Number(page.Total);
        Html newer = paging.Page > 1 ? $"""<a class="button" rel="prev" href="{visit.Root}/jobs{search.Page(paging.Page - 1)}">Newer</a>""" : Html.None;
        Html older = paging.Page < Math.Min(paging.TotalPages(page.Total), JobSearch.MostPages)
            ? $"""<a class="button" rel="next" href="{visit.Root}/jobs{search.Page(paging.Page + 1)}">Older</a>"""
            : Html.None;
        return $"""<nav class="pages" aria-label="Pages"><span class="muted small">{Show.Number(first)} to {Show.Number(last)} of {total}</span>{newer}{older}</nav>""";
    }
}
