using System.Globalization;
using CloudController.Jobs.AspNetCore.Pages;
using CloudController.Jobs.Dashboard.Showing;
using CloudController.Jobs.Dashboard.Visits;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Dashboard.Queues;

internal static class QueuesPage
{
    /// <summary>More would be no page that anyone reads; those with work waiting come first then.</summary>
    private const int MostShown = 500;

    public static Html Of(Visit visit, QueueKind kind, IReadOnlyList<QueueStatus> queues)
    {
        var shown = queues.Count <= MostShown
            ? queues
            : [.. queues.OrderBy(queue => queue.Pause is null).ThenBy(queue => queue.OldestWaitingSince ?? DateTimeOffset.MaxValue).Take(MostShown)];
        Html some = queues.Count > MostShown ? $"""<p class="muted small">{MostShown} of {queues.Count}: those paused, then those where work waits longest.</p>""" : Html.None;
        Html list = queues.Count == 0
            ? (Html)$"""<p class="empty">No {kind.Name} has been used yet.</p>"""
            : $"""{some}<ul class="queues">{shown.Select(queue => Queue(visit, kind, queue))}</ul>""";
        return $"""<section data-part="queues" aria-label="{kind.Name}s">{list}</section>""";
    }

    /// <summary>Who paused it, and why.</summary>
    public static Html Pause(QueuePause pause, DateTimeOffset now)
    {
        Html why = pause.Reason is { } reason ? $""": <q>{reason}</q>""" : Html.None;
        return $"""Paused {Show.Ago(pause.Since, now)} by <strong><bdi>{pause.By}</bdi></strong>{why}""";
    }

    private static Html Queue(Visit visit, QueueKind kind, QueueStatus queue)
    {
        Html oldest = queue.OldestWaitingSince is { } since ? $"""<span class="muted small">waiting for up to {Show.Span(visit.Now - since)}</span>""" : Html.None;
        return $"""
            <li class="card">
            <div class="row"><h2><a href="{visit.Root}/jobs?{kind.Path}={Uri.EscapeDataString(queue.Name)}">{queue.Name}</a></h2>{oldest}{(visit.Caller.IsAdmin ? Form(visit, kind, queue) : Html.None)}</div>
            {(queue.Pause is { } pause ? Paused(pause, visit.Now) : Html.None)}
            {(queue.Limits is { } limits ? Limits(visit, queue.Name, limits) : Html.None)}
            <dl class="counts">{Counts(visit, kind, queue)}</dl>
            </li>
            """;
    }

    private static Html Paused(QueuePause pause, DateTimeOffset now) => $"""<p class="notice warn">{Pause(pause, now)}</p>""";

    private static Html Limits(Visit visit, string name, QueueLimits limits)
    {
        string[] set =
        [
            .. limits.Concurrency is { } most ? [$"{most} at once"] : Array.Empty<string>(),
            .. limits.Rate is { } rate ? [$"{rate.Count} started within {rate.Seconds} s"] : Array.Empty<string>(),
        ];
        Html who = limits.ChangedAt is { } at ? $""" (changed {Show.Ago(at, visit.Now)} by <bdi>{limits.ChangedBy}</bdi>)""" : Html.None;
        Html told = set.Length > 0 ? $"""<p class="small">On all nodes together at most {string.Join(", ", set)}{who}</p>""" : Html.None;
        return $"""{told}{(visit.Caller.IsAdmin ? LimitsForm(visit, name, limits) : Html.None)}""";
    }

    private static Html LimitsForm(Visit visit, string name, QueueLimits limits) => $"""
        <details class="confirm" id="limits-{name}"><summary class="button">Limits…</summary>
        <form method="post" action="{visit.Root}/queues/{name}/limits" class="card stack">{Layout.Token(visit)}
        <p class="small">They hold on all nodes together. An empty field: no limit.</p>
        <label for="concurrency-{name}">Jobs at once</label>
        {Number(name, "concurrency", 7, limits.Concurrency)}
        <label for="count-{name}">Jobs started …</label>
        {Number(name, "count", 7, limits.Rate?.Count)}
        <label for="seconds-{name}">… within so many seconds</label>
        {Number(name, "seconds", 5, limits.Rate?.Seconds)}
        <button class="primary">Set limits</button>
        </form></details>
        """;

    private static Html Number(string queue, string field, int digits, int? value) =>
        $"""<input id="{field}-{queue}" name="{field}" inputmode="numeric" pattern="[0-9]*" maxlength="{digits}" autocomplete="off" value="{value?.ToString(CultureInfo.InvariantCulture)}">""";

    private static IEnumerable<Html> Counts(Visit visit, QueueKind kind, QueueStatus queue) => Enum.GetValues<JobPhase>()
        .GroupBy(phase => phase.PhaseName(), StringComparer.Ordinal)
        .Select(phase => Count(visit, kind, queue, phase.Key, phase.Sum(one => queue.Counts.GetValueOrDefault(one))));

    private static Html Count(Visit visit, QueueKind kind, QueueStatus queue, string phase, int count)
    {
        var shown = Show.Count(count, QueueStatus.CountedUpTo);
        Html number = count == 0
            ? (Html)$"""<span class="muted">0</span>"""
            : $"""<a href="{visit.Root}/jobs?{kind.Path}={Uri.EscapeDataString(queue.Name)}&amp;phases={phase}">{shown}</a>""";
        return $"""<div><dt>{phase}</dt><dd class="number">{number}</dd></div>""";
    }

    private static Html Form(Visit visit, QueueKind kind, QueueStatus queue)
    {
        var address = $"{visit.Root}/{kind.Path}/{queue.Name}";
        if (queue.Pause is not null)
            return $"""<form method="post" action="{address}/resume" class="end">{Layout.Token(visit)}<button class="primary">Resume</button></form>""";

        var field = $"reason-{queue.Name}";
        return $"""
            <details class="confirm end" id="pause-{queue.Name}"><summary class="button">Pause…</summary>
            <form method="post" action="{address}/pause" class="card stack">{Layout.Token(visit)}
            <label for="{field}">Why? Everyone who looks here reads it.</label>
            <input id="{field}" name="reason" maxlength="1000" autocomplete="off">
            <button class="danger">Pause {kind.Name}</button>
            </form></details>
            """;
    }
}
