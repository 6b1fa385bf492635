using CloudController.Jobs.AspNetCore.Pages;
using CloudController.Jobs.Dashboard.Showing;
using CloudController.Jobs.Dashboard.Visits;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Dashboard.Charts;

/// <summary>Throughput, failures and pickup delay over time.</summary>
internal static class ActivityCharts
{
    public static Html Of(Visit visit, ActivitySpan span, IReadOnlyList<ActivityMinute> steps)
    {
        var end = steps[^1].Minute + span.Step;
        var (finished, failed) = (steps.Sum(step => step.Finished), steps.Sum(step => step.Failed));
        var picked = steps.Sum(step => step.PickedUp);
        var longest = steps.Max(step => step.LongestPickupDelay);
        var average = picked == 0 ? TimeSpan.Zero : steps.Aggregate(TimeSpan.Zero, (sum, step) => sum + step.PickupDelay) / picked;
        return $"""
            <section aria-labelledby="activity" class="stack"><div class="row"><h2 id="activity">The last {span.Label}</h2><nav aria-label="Time shown" class="end"><ul class="choices">{ActivitySpan.All.Select(other => Choice(visit, other, span))}</ul></nav></div>
            <div class="charts">
            {BarChart.Of("finished", "Jobs finished", finished == 0 ? "None." : $"{Show.Number(finished)} in all.", "good",
                [.. steps.Select(step => new Bar(step.Minute, step.Finished, Show.Number(step.Finished)))], end, Show.Number(steps.Max(step => step.Finished)))}
            {BarChart.Of("failed", "Runs failed", failed == 0 ? "None." : $"{Show.Number(failed)} in all.", "bad",
                [.. steps.Select(step => new Bar(step.Minute, step.Failed, Show.Number(step.Failed)))], end, Show.Number(steps.Max(step => step.Failed)))}
            {BarChart.Of("pickup", "Longest pickup delay", picked == 0 ? "Nothing was picked up." : $"{Show.Span(average)} on average, {Show.Span(longest)} at most.", "busy",
                [.. steps.Select(step => new Bar(step.Minute, step.LongestPickupDelay.TotalMilliseconds, Show.Span(step.LongestPickupDelay)))], end, Show.Span(longest))}
            </div></section>
            """;
    }

    private static Html Choice(Visit visit, ActivitySpan span, ActivitySpan current)
    {
        Html here = span == current ? Here() : Html.None;
        return $"""<li><a class="button" href="{visit.Root}/?span={span.Name}"{here}>{span.Label}</a></li>""";
    }

    private static Html Here() => $""" aria-current="true" """;
}
