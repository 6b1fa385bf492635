using CloudController.Jobs.AspNetCore.Pages;

namespace CloudController.Jobs.Dashboard.Visits;

/// <summary>What is said after a form has been sent: one of these sentences, named in the query, so that nobody can make a link that says
/// something else.</summary>
internal static class Said
{
    private const string Parameter = "said";

    private static readonly Dictionary<string, (string Sentence, bool IsGood)> Sentences = new(StringComparer.Ordinal)
    {
        ["cancelled"] = ("The job was told to stop.", true),
        ["not-cancelled"] = ("The job has already ended and cannot be cancelled.", false),
        ["retried"] = ("The job runs again.", true),
        ["not-retried"] = ("The job has not failed and cannot be retried.", false),
        ["deleted"] = ("The job was deleted.", true),
        ["not-deleted"] = ("The job has not ended and cannot be deleted; cancel it first.", false),
        ["paused"] = ("Paused. What runs already goes on.", true),
        ["resumed"] = ("Resumed.", true),
        ["limited"] = ("The limits hold on all nodes. What runs already goes on.", true),
    };

    /// <summary>An address that says it.</summary>
    public static string At(string address, string name) => $"{address}?{Parameter}={name}";

    public static Html For(Visit visit) => Sentences.TryGetValue(visit.Query(Parameter), out var said)
        ? $"""<p class="notice {(said.IsGood ? "good" : "bad")}" role="status">{said.Sentence}</p>"""
        : Html.None;
}
