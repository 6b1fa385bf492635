namespace CloudController.Jobs.Storage;

/// <summary>What kind of failure a run ended with: the title of its first catalogue error, such as <c>CF-AppNotFound</c>; of what the outside sees as
/// <c>UnknownError</c> the exception's type, or <c>UnknownError</c> where there was none.</summary>
public static class FailureKind
{
    private const int MaxLength = 200;
    private const string Catalogued = "CF-";

    /// <summary>Whether the outside sees an error of the catalogue; no type's name begins as those do.</summary>
    public static bool IsCatalogued(string kind)
    {
        ArgumentNullException.ThrowIfNull(kind);
        return kind.StartsWith(Catalogued, StringComparison.Ordinal);
    }

    /// <summary>The kind of a failure.</summary>
    /// <param name="error">What the outside sees.</param>
    /// <param name="fault">What was thrown, if anything was.</param>
    internal static string Of(JobError error, Exception? fault)
    {
        var kind = IsCatalogued(error.Title) ? error.Title : fault?.GetType().FullName ?? JobError.Unknown.Title;
        return kind.Length <= MaxLength ? kind : kind[..MaxLength];
    }
}
