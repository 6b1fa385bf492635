using System.Text;
using CloudController.Jobs.AspNetCore.Pages;
using CloudController.Jobs.AspNetCore.V2;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.AspNetCore.Live;

/// <summary>What a person with a job's link sees: the facts of v2 and no others.</summary>
internal sealed class LivePage(V2Timestamp timestamp)
{
    /// <param name="job">The job.</param>
    /// <param name="again">After how many seconds it makes sense to ask again; <see langword="null"/>: it has ended.</param>
    /// <param name="tag">The answer's <c>ETag</c>.</param>
    /// <param name="folder">Where the page's files are.</param>
    public Html Of(JobStatus job, int? again, string tag, string folder)
    {
        var (word, sentence, tone, mark) = Describe(job.Phase);
        Html refresh = again is { } seconds ? $"""<noscript><meta http-equiv="refresh" content="{seconds}"></noscript>""" : Html.None;
        Html following = again is { } next ? $""" data-again="{next}" """ : Html.None;
        Html fault = job.Phase.IsTerminal() && job.Phase != JobPhase.Finished ? Fault(job.Error ?? JobError.Unknown) : Html.None;
        Html main = $"""
            <main data-tag="{tag}"{following}>
            <div class="state" role="status" data-part="state"><span class="mark {tone}">{mark}</span><h1>{word}</h1><p>{sentence}</p></div>
            <div data-part="fault">{fault}</div>
            <dl class="facts"><dt>Job</dt><dd><code>{job.Guid}</code></dd><dt>Made</dt><dd>{Time(job.CreatedAt)}</dd></dl>
            <footer><p data-note="The job has ended.">{(again is null ? "The job has ended." : "Load this page again to see how the job goes on.")}</p></footer>
            </main>
            """;
        return Whole($"{word} · job", refresh, main, folder);
    }

    /// <summary>For a guid that is not held, as Cloud Controller has it: long done, or never there.</summary>
    public static Html NotHeld(string folder) => Notice(
        "Nothing is known of this job", "It ended some time ago and has been forgotten, or there never was one with this link.", Html.None, folder);

    /// <summary>For one who isn't signed in, where that is needed.</summary>
    public static Html SignInNeeded(string folder) => Notice(
        "Sign-in needed", "This server shows jobs only to those who are signed in.", Html.None, folder);

    /// <summary>For one whose token lacks the scope.</summary>
    public static Html NotAllowed(string folder) => Notice(
        "Not allowed", "Your token does not have the scope that reading jobs takes here.", Html.None, folder);

    private static Html Notice(string title, string sentence, Html head, string folder) => Whole(
        title,
        head,
        $"""
            <main>
            <div class="state" role="status" data-part="state"><span class="mark">{Mark.Question}</span><h1>{title}</h1><p>{sentence}</p></div>
            <div data-part="fault"></div>
            <footer><p data-note="There is nothing to follow.">There is nothing to follow.</p></footer>
            </main>
            """,
        folder);

    private static Html Whole(string title, Html head, Html main, string folder) => $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <title>{title}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex">
        <link rel="icon" href="{PageAssets.Icon.In(folder)}" type="image/svg+xml">
        <link rel="stylesheet" href="{PageAssets.Style.In(folder)}">
        <script type="module" src="{PageAssets.LiveScript.In(folder)}"></script>
        {head}
        </head>
        <body class="live">
        {main}
        </body>
        </html>

        """;

    private static Html Fault(JobError error) => $"""
        <div class="fault"><p>{error.Detail}</p><p class="small muted"><code>{error.Title}</code> · {error.Code}</p></div>
        """;

    // As v2 prints it, for machines; without its T for people.
    private Html Time(DateTimeOffset instant)
    {
        Span<byte> ascii = stackalloc byte[V2Timestamp.MaxLength];
        var text = Encoding.ASCII.GetString(ascii[..timestamp.Write(instant, ascii)]);
        var shown = text.Replace('T', ' ').Replace("Z", " UTC", StringComparison.Ordinal);
        return $"""<time datetime="{text}">{shown}</time>""";
    }

    private static (string Word, string Sentence, string Tone, Html Mark) Describe(JobPhase phase) => phase.StatusName() switch
    {
        "queued" => ("Queued", "It waits for its turn.", "", Mark.Clock),
        "running" => ("Running", "It is being worked on.", "busy", Mark.Turning),
        "finished" => ("Finished", "It is done.", "good", Mark.Check),
        "failed" => ("Failed", "It will not go on by itself.", "bad", Mark.Cross),
        var other => throw new ArgumentOutOfRangeException(nameof(phase), other, "Not a status."),
    };

    private static class Mark
    {
        public static Html Clock => Of($"""<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.5 2"/>""");

        public static Html Turning => Of($"""<circle cx="12" cy="12" r="9" opacity=".25"/><path class="turning" d="M12 3a9 9 0 0 1 9 9"/>""");

        public static Html Check => Of($"""<path d="M5 12.5l4.5 4.5L19 7.5"/>""");

        public static Html Cross => Of($"""<path d="M7 7l10 10M17 7L7 17"/>""");

        public static Html Question => Of($"""<path d="M8.5 9a3.5 3.5 0 1 1 5 3.200c-1 .5-1.5 1.100-1.5 2.300M12 18.200v.1"/>""");

        private static Html Of(Html shapes) => $"""<svg viewBox="0 0 24 24" aria-hidden="true">{shapes}</svg>""";
    }
}
