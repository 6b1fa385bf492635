using CloudController.Jobs.AspNetCore.Explaining;
using CloudController.Jobs.AspNetCore.Pages;
using CloudController.Jobs.Dashboard.Showing;
using CloudController.Jobs.Dashboard.Visits;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Dashboard.Jobs;

/// <summary>A job, and how much of it a visitor sees.</summary>
/// <param name="Visit">The visit.</param>
/// <param name="Job">The job.</param>
/// <param name="IsWhole">Whether all of it is shown, or only what Cloud Controller shows.</param>
/// <param name="CanAct">Whether the visitor may cancel, retry and delete it.</param>
/// <param name="Runs">Its runs, oldest first.</param>
/// <param name="Why">Why it waits or what it does; <see langword="null"/>: not shown.</param>
internal sealed record ShownJobPage(Visit Visit, Job Job, bool IsWhole, bool CanAct, IReadOnlyList<JobRun> Runs, JobExplanation? Why)
{
    public DateTimeOffset Now => Visit.Now;
}

/// <summary>Everything about one job, the newest news first.</summary>
internal static class OneJobPage
{
    public static Html Heading(ShownJobPage shown) => $"""
        <div class="heading"><h1>{shown.Job.Operation}</h1><p class="mono muted small">{shown.Job.Guid}</p></div>
        """;

    public static Html Of(ShownJobPage shown) => $"""
        <div data-part="now" class="stack">{Now(shown)}</div>
        <div class="columns">
        <section class="card" aria-labelledby="runs"><h2 id="runs">Attempts</h2><div data-part="runs">{JobRunList.Of(shown)}</div></section>
        <section class="card" aria-labelledby="facts"><h2 id="facts">Facts</h2><div data-part="facts">{JobFacts.Of(shown)}</div></section>
        </div>
        {Bodies(shown)}
        """;

    private static Html Now(ShownJobPage shown)
    {
        var (job, life) = (shown.Job, shown.Job.Lifecycle);
        Html state = shown.IsWhole ? Show.Phase(life.Phase) : $"""<span class="badge">{life.Phase.StateName()}</span>""";
        Html stopping = life is { Phase: JobPhase.Running, CancelRequestedAt: not null } ? $"""<span class="badge warn">told to stop</span>""" : Html.None;
        return $"""
            <div class="row"><span role="status" class="row">{state}{stopping}</span>{(shown.CanAct ? Actions(shown) : Html.None)}</div>
            {(shown.IsWhole && job.Progress is { } progress ? Progress(progress) : Html.None)}
            {(shown.Why is { } why && !life.Phase.IsTerminal() ? Why(why, shown.Now) : Html.None)}
            {life.Errors.Select(error => Error(error))}
            {Warnings(job)}
            """;
    }

    private static Html Actions(ShownJobPage shown)
    {
        var phase = shown.Job.Lifecycle.Phase;
        if (!phase.IsTerminal())
            return $"""<div class="buttons">{Form(shown, "cancel", "Cancel job", "")}</div>""";

        Html retry = phase == JobPhase.Finished ? Html.None : Form(shown, "retry", "Run again", "primary");
        return $"""
            <div class="buttons">{retry}<details class="confirm"><summary class="button">Delete…</summary><div class="card"><p>The job goes with its attempts and its idempotency key.</p>{Form(shown, "delete", "Delete for good", "danger")}</div></details></div>
            """;
    }

    private static Html Form(ShownJobPage shown, string action, string label, string look) => $"""
        <form method="post" action="{shown.Visit.Root}/jobs/{shown.Job.Guid}/{action}">{Layout.Token(shown.Visit)}<button class="{look}">{label}</button></form>
        """;

    private static Html Progress(JobProgress progress) => $"""
        <div class="progress"><progress max="100" value="{progress.Percent}" aria-label="Progress">{progress.Percent} %</progress><span class="number">{progress.Percent} %</span><span class="muted">{progress.Message}</span></div>
        """;

    private static Html Why(JobExplanation why, DateTimeOffset now)
    {
        Html estimate = why.Estimate is { } range
            ? $"""<p class="muted">Going by earlier ones it ends between {Show.Ago(range.Start, now)} and {Show.Ago(range.End, now)}.</p>"""
            : Html.None;
        return $"""<div class="notice">{why.Causes.Select(cause => (Html)$"<p>{cause.Detail}</p>")}{estimate}</div>""";
    }

    private static Html Error(JobError error) => $"""
        <div class="notice bad"><p><strong>{error.Detail}</strong></p><p class="small"><code>{error.Title}</code> · {error.Code}</p></div>
        """;

    private static Html Warnings(Job job) => job.Warnings.Count == 0
        ? Html.None
        : $"""<div class="notice warn"><h2>Warnings</h2><ul>{job.Warnings.Select(warning => (Html)$"<li>{warning}</li>")}</ul></div>""";

    private static Html Bodies(ShownJobPage shown)
    {
        if (!shown.IsWhole)
            return Html.None;

        var job = shown.Job;
        return $"""
            <div class="columns">
            <section class="card" aria-labelledby="arguments"><h2 id="arguments">Arguments</h2>{Json(job.Arguments, "Arguments")}</section>
            <section class="card" aria-labelledby="result"><h2 id="result">Result</h2><div data-part="result">{Json(job.Result, "Result")}</div></section>
            </div>
            """;
    }

    private static Html Json(ReadOnlyMemory<byte> json, string label) => json.IsEmpty
        ? (Html)$"""<p class="muted">None.</p>"""
        : $"""<pre class="code" tabindex="0" role="group" aria-label="{label}">{IndentedJson.Of(json.Span)}</pre>""";
}
