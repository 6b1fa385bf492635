using CloudController.Jobs.AspNetCore.Pages;

namespace CloudController.Jobs.Dashboard.Visits;

/// <summary>What stands round every page.</summary>
internal static class Layout
{
    /// <summary>Forms must say where they come from; other sites learn nothing.</summary>
    public const string Referrer = "same-origin";

    private static readonly (Section Section, string Path, string Name)[] Links =
    [
        (Section.Overview, "", "Overview"),
        (Section.Jobs, "/jobs", "Jobs"),
        (Section.Queues, "/queues", "Queues"),
        (Section.Operations, "/operations", "Operations"),
        (Section.Workers, "/workers", "Workers"),
        (Section.Errors, "/errors", "Errors"),
    ];

    /// <summary>A page for someone who is signed in.</summary>
    public static Html Of(Visit visit, Answer.Page page)
    {
        Html refresh = page.RefreshSeconds is { } seconds ? $""" data-refresh="{seconds}" """ : Html.None;
        Html events = page.Events is { } stream ? $""" data-events="{stream}" """ : Html.None;
        Html toggle = page.RefreshSeconds is null
            ? Html.None
            : $"""<button type="button" class="quiet" data-toggle-live aria-pressed="false" hidden>Pause updates</button>""";
        Html heading = page.Heading.IsNone ? $"<h1>{page.Title}</h1>" : page.Heading;
        return Whole(visit.Root, page.Title, $"""
            <body{refresh}{events}>
            <a class="skip" href="#main">Skip to the content</a>
            <header class="bar">
            <a class="brand" href="{visit.Root}"><img src="{DashboardAssets.IconIn(visit.Root)}" alt="" width="24" height="24">Jobs</a>
            <nav aria-label="Main"><ul>{Links.Where(link => IsFor(visit, link.Section)).Select(link => LinkTo(visit, link, page.Section))}</ul></nav>
            <div class="who"><span class="small">{visit.Caller.Owner.Subject}</span>
            <form method="post" action="{visit.Root}/sign-out">{Token(visit)}<button class="quiet">Sign out</button></form></div>
            </header>
            <main id="main" tabindex="-1">
            {Said.For(visit)}
            <div class="title">{heading}{toggle}</div>
            {page.Main}
            </main>
            </body>
            """);
    }

    /// <summary>A page for someone who is not.</summary>
    public static Html Bare(string root, string title, Html main) => Whole(root, title, $"""<body class="bare">{main}</body>""");

    /// <summary>A page that goes on to another at once.</summary>
    public static Html Onward(string root, string title, string to) => Whole(
        root,
        title,
        $"""<body class="bare"><main class="sign-in card"><h1>{title}</h1><p><a href="{to}">Go on</a></p></main></body>""",
        $"""<meta http-equiv="refresh" content="0; url={to}">""");

    /// <summary>What every form carries.</summary>
    public static Html Token(Visit visit) => $"""<input type="hidden" name="{VisitGuard.TokenField}" value="{visit.FormToken}">""";

    private static bool IsFor(Visit visit, Section section) => section switch
    {
        Section.Jobs => true,
        Section.Errors => visit.Caller.IsAdmin,
        _ => visit.Caller.ReadsEverything,
    };

    private static Html LinkTo(Visit visit, (Section Section, string Path, string Name) link, Section current)
    {
        Html here = link.Section == current ? Here() : Html.None;
        return $"""<li><a href="{visit.Root}{link.Path}"{here}>{link.Name}</a></li>""";
    }

    private static Html Here() => $""" aria-current="page" """;

    private static Html Whole(string root, string title, Html body, Html head = default) => $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <title>{title} · Jobs</title>
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex">
        <link rel="icon" href="{DashboardAssets.IconIn(root)}" type="image/svg+xml">
        <link rel="stylesheet" href="{DashboardAssets.SharedStyleIn(root)}">
        <link rel="stylesheet" href="{DashboardAssets.StyleIn(root)}">
        <script type="module" src="{DashboardAssets.ScriptIn(root)}"></script>
        {head}
        </head>
        {body}
        </html>

        """;
}
