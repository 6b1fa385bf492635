using CloudController.Jobs.AspNetCore.Pages;
using CloudController.Jobs.Callbacks;
using CloudController.Jobs.Dashboard.Showing;

namespace CloudController.Jobs.Dashboard.Jobs;

/// <summary>What a job was submitted with, and its instants.</summary>
internal static class JobFacts
{
    public static Html Of(ShownJobPage shown)
    {
        var (job, now) = (shown.Job, shown.Now);
        var open = Facts(
            Fact("Made", Show.At(job.CreatedAt, now)),
            Fact("Last change", Show.At(job.UpdatedAt, now)));
        return shown.IsWhole ? $"""{open}{Whole(shown)}""" : open;
    }

    private static Html Whole(ShownJobPage shown)
    {
        var (job, life, now) = (shown.Job, shown.Job.Lifecycle, shown.Now);
        return $"""
            {Facts(
                Fact("Started", Show.At(life.StartedAt, now)),
                Fact("Ended", Show.At(life.FinishedAt, now)),
                Fact(life.Phase.IsTerminal() ? "Last due" : "Due", Show.At(life.RunAt, now)),
                life.ExpiresAt is null ? Html.None : Fact("Expires", Show.At(life.ExpiresAt, now)),
                Fact("Attempts", $"{life.Attempt} of {life.AttemptsAllowed}"),
                Fact("Queue", InList(shown, "queues", job.Queue)),
                Fact("Operation", InList(shown, "operations", job.Operation)),
                Fact("Priority", $"{job.Priority}"),
                Fact("Time limit", $"{Show.Span(job.Timeout)}"),
                Fact("Owner", Owner(job.Owner)),
                job.Resource is { } resource ? Fact("Resource", Resource(shown, resource)) : Html.None,
                Fact("Live page", $"""<a href="{shown.Visit.Context.Request.PathBase.ToUriComponent()}/jobs/{job.Guid}">for anyone with the link</a>"""))}
            {(job.Callback is { } callback ? Callback(callback, job.Callbacks, now) : Html.None)}
            {Entries("Labels", job.Metadata.Labels)}
            {Entries("Annotations", job.Metadata.Annotations)}
            """;
    }

    private static Html Facts(params ReadOnlySpan<Html> facts) => $"""<dl class="facts">{Html.Join(facts.ToArray())}</dl>""";

    private static Html Fact(string name, Html value) => $"""<div><dt>{name}</dt><dd>{value}</dd></div>""";

    private static Html InList(ShownJobPage shown, string filter, string name) =>
        $"""<a href="{shown.Visit.Root}/jobs?{filter}={Uri.EscapeDataString(name)}">{name}</a>""";

    private static Html Owner(JobOwner owner) => owner == JobOwner.Application
        ? (Html)$"""<span class="muted">the application itself</span>"""
        : owner.Issuer.Length == 0 ? (Html)$"""<bdi>{owner.Subject}</bdi>""" : $"""<bdi>{owner.Subject}</bdi> <span class="muted small"><bdi>{owner.Issuer}</bdi></span>""";

    private static Html Resource(ShownJobPage shown, JobResource resource) => $"""
        {resource.Type} <a class="mono" href="{shown.Visit.Root}/jobs?resource_guids={Uri.EscapeDataString(Uri.EscapeDataString(resource.Guid))}">{resource.Guid}</a>{Link(resource.Url)}
        """;

    // Only where a link can lead without being a script.
    private static Html Link(string? url)
    {
        if (url is null)
            return Html.None;

        return url is ['/', not '/', ..] || (Uri.TryCreate(url, UriKind.Absolute, out var absolute) && (absolute.Scheme == "https" || absolute.Scheme == "http"))
            ? (Html)$""" <a href="{url}" rel="noreferrer noopener">{url}</a>"""
            : $""" <span class="mono">{url}</span>""";
    }

    // Its owner's own server: shown, but not to be walked into by a click.
    private static Html Callback(JobCallback callback, IReadOnlyList<CallbackDelivery> deliveries, DateTimeOffset now)
    {
        Html none = deliveries.Count == 0 ? $"""<p class="muted">Not called yet.</p>""" : Html.None;
        return $"""<h3>Callback</h3><p class="mono small">{callback.Url}</p>{none}<ul class="plain">{deliveries.Select(delivery => Delivery(delivery, now))}</ul>""";
    }

    private static Html Delivery(CallbackDelivery delivery, DateTimeOffset now)
    {
        var tone = delivery.Outcome == CallbackOutcome.Delivered ? "good" : "warn";
        Html status = delivery.Status is { } code ? $"""<span>status {code}</span>""" : Html.None;
        return $"""<li class="row small"><span class="badge {tone}">{delivery.Outcome.OutcomeName()}</span>{status}<span class="muted">{(delivery.Tries == 1 ? "1 try" : $"{delivery.Tries} tries")}, {Show.Ago(delivery.At, now)}</span></li>""";
    }

    private static Html Entries(string title, IReadOnlyList<KeyValuePair<string, string>> entries) => entries.Count == 0
        ? Html.None
        : $"""<h3>{title}</h3><dl class="facts">{entries.Select(entry => Fact(entry.Key, $"<bdi>{entry.Value}</bdi>"))}</dl>""";
}
