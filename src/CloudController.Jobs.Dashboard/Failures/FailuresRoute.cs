using CloudController.Jobs.AspNetCore.Pages;
using CloudController.Jobs.AspNetCore.V3.Failures;
using CloudController.Jobs.Dashboard.Showing;
using CloudController.Jobs.Dashboard.Visits;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Dashboard.Failures;

/// <summary>The errors workbench: failures by operation and kind, those that nobody outside can make sense of first.</summary>
internal sealed class FailuresRoute(FailureWorkbench workbench)
{
    public async Task<Answer> ShowAsync(Visit visit) =>
        new Answer.Page(Section.Errors, "Errors", Of(visit, await workbench.SummarizeAsync(visit.Stop))) { RefreshSeconds = 15 };

    private static Html Of(Visit visit, FailureSummary summary)
    {
        Html partial = summary.IsPartial
            ? $"""<p class="muted small">Of the newest {Show.Number(summary.Examined)} failures.</p>"""
            : Html.None;
        Html list = summary.Groups.Count == 0
            ? (Html)$"""<p class="empty">Nothing has failed.</p>"""
            : $"""{partial}<ul class="queues">{summary.Groups.Select(group => Group(visit, group))}</ul>""";
        return $"""<section data-part="failures" aria-label="Failures by operation and kind">{list}</section>""";
    }

    private static Html Group(Visit visit, FailureGroup group)
    {
        Html outside = FailureKind.IsCatalogued(group.Kind) ? Html.None : $"""<span class="badge warn">outside: UnknownError</span>""";
        var id = $"{group.SampleJob}-{group.Sample.Run}";
        Html exception = string.IsNullOrEmpty(group.Sample.Exception)
            ? Html.None
            : $"""<details id="exception-{id}"><summary>What really happened</summary><pre class="code" tabindex="0" role="group" aria-label="What really happened">{group.Sample.Exception}</pre></details>""";
        return $"""
            <li class="card">
            <div class="row"><h2>{group.Operation}</h2><code class="fault">{group.Kind}</code>{outside}<strong class="number end">{Show.Number(group.Count)}×</strong></div>
            <p class="small">Last {Show.Ago(group.LastAt, visit.Now)}, first {Show.Ago(group.FirstAt, visit.Now)}, in {string.Join(", ", group.Queues)}.
            <a href="{visit.Root}/jobs/{group.SampleJob}">The latest</a> · <a href="{visit.Root}/jobs?operations={Uri.EscapeDataString(group.Operation)}&amp;phases=failed">all failed jobs of the operation</a></p>
            {group.Sample.Errors.Take(3).Select(error => (Html)$"""<p class="fault">{error.Detail} <code class="muted">{error.Title}</code></p>""")}
            {exception}
            </li>
            """;
    }
}
