using CloudController.Jobs.AspNetCore.Pages;
using CloudController.Jobs.Dashboard.Showing;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Dashboard.Jobs;

/// <summary>The runs of a job as a timeline, the newest first: each with its end, its errors and its log.</summary>
internal static class JobRunList
{
    private const int MostShown = 100;

    public static Html Of(ShownJobPage shown)
    {
        if (!shown.IsWhole)
            return $"""<p class="muted">Seen by the job's owner only.</p>""";

        if (shown.Runs.Count == 0)
            return $"""<p class="muted">It has not been run yet.</p>""";

        Html more = shown.Runs.Count > MostShown ? $"""<p class="muted small">The newest {MostShown} of {shown.Runs.Count} runs.</p>""" : Html.None;
        return $"""<ol class="timeline">{shown.Runs.Reverse().Take(MostShown).Select(run => Run(shown, run))}</ol>{more}""";
    }

    private static Html Run(ShownJobPage shown, JobRun run)
    {
        var caller = shown.Visit.Caller;
        var took = (run.EndedAt ?? shown.Now) - run.StartedAt;
        Html worker = caller.ReadsEverything && run.Worker is { } name ? $"""<span class="muted small">on <span class="mono">{name}</span></span>""" : Html.None;
        return $"""
            <li class="{(run.Outcome is null ? "goes-on" : "")}">
            <div class="row"><strong>Attempt {run.Attempt}</strong>{Show.Outcome(run.Outcome)}<span class="muted small">run {run.Run}</span></div>
            <p class="small">{Show.Ago(run.StartedAt, shown.Now)}, {(run.EndedAt is null ? "for" : "took")} {Show.Span(took < TimeSpan.Zero ? TimeSpan.Zero : took)} {worker}</p>
            {run.Errors.Select(Error)}
            {Text("Log", $"log-{run.Run}", run.Log, isOpen: run.Outcome is null)}
            {(caller.ReadsEverything ? Text("Log lines of the program", $"lines-{run.Run}", run.LogLines, isOpen: false) : Html.None)}
            {(caller.IsAdmin ? Text("What really happened", $"exception-{run.Run}", run.Exception, isOpen: false) : Html.None)}
            </li>
            """;
    }

    private static Html Error(JobError error) => $"""<p class="fault">{error.Detail} <code class="muted">{error.Title}</code></p>""";

    private static Html Text(string title, string id, string? text, bool isOpen)
    {
        if (string.IsNullOrEmpty(text))
            return Html.None;

        Html open = isOpen ? $" open" : Html.None;
        return $"""<details id="{id}"{open}><summary>{title}</summary><pre class="code" tabindex="0" role="group" aria-label="{title}">{text}</pre></details>""";
    }
}
