using System.Diagnostics.CodeAnalysis;

namespace CloudController.Jobs.Errors;

/// <summary>The failures that clients know by name and code (contract §3): Cloud Controller's, ours from 900000 up, and an operator's.
/// Immutable, and safe to use from many threads.</summary>
public sealed class ErrorCatalog
{
    private const int MaxShownName = 128;

    private static readonly Lazy<ErrorCatalog> LazyBuiltIn = new(() => new(BuiltInCatalog.Read()));

    private readonly IReadOnlyList<CatalogEntry> inOrder;
    // Plain dictionaries: frozen ones would double the time of the first start (13 ms for 6 ms) to save 5 ns of the 60 that an error takes.
    private readonly Dictionary<string, CatalogEntry> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<int, CatalogEntry> byCode = [];

    private ErrorCatalog(IReadOnlyList<CatalogEntry> entries)
    {
        inOrder = entries;
        foreach (var entry in entries)
        {
            if (byName.TryGetValue(entry.Name, out var former) && byCode.GetValueOrDefault(former.Code) == former)
                byCode.Remove(former.Code);

            byName[entry.Name] = entry;
            byCode[entry.Code] = entry;
        }
    }

    /// <summary>What the program brings with it: every entry of Cloud Controller's catalogue, worded anew, and our own.</summary>
    public static ErrorCatalog BuiltIn => LazyBuiltIn.Value;

    /// <summary>Every entry, in no order, one per name.</summary>
    public IReadOnlyCollection<CatalogEntry> Entries => byName.Values;

    /// <summary>This catalogue with the entries of <c>v2.yml</c> files added. An entry replaces the one of its name, wherever that
    /// stands, and takes its code over; the name that had the code before can still be used. Later files win.</summary>
    /// <param name="files">Paths of files in Cloud Controller's <c>v2.yml</c> format, each at most 4 MiB (setting <c>Errors:CatalogFiles</c>).</param>
    /// <exception cref="ErrorCatalogException">A file is missing, can't be read, is too large or holds a fault.</exception>
    public ErrorCatalog With(IEnumerable<string> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var added = files.SelectMany(CatalogFile.Read).ToList();
        return added.Count == 0 ? this : new([.. inOrder, .. added]);
    }

    /// <summary>Finds an entry by its name, without <c>CF-</c>; letter case counts.</summary>
    public bool TryFind(string name, [MaybeNullWhen(false)] out CatalogEntry entry) => byName.TryGetValue(name, out entry);

    /// <summary>Finds an entry by its code; where two names share one, the later.</summary>
    public bool TryFindCode(int code, [MaybeNullWhen(false)] out CatalogEntry entry) => byCode.TryGetValue(code, out entry);

    /// <summary>Fills the message of an entry, with exactly as many arguments as it takes.</summary>
    /// <param name="name">The entry's name, without <c>CF-</c>.</param>
    /// <param name="arguments">Texts that are taken as they are.</param>
    /// <param name="error">The filled error; <see cref="JobError.Unknown"/> where that fails, so it can be shown either way.</param>
    /// <param name="whyNot">One sentence that may be shown to whoever gave the name and the arguments; <see langword="null"/> on success.</param>
    /// <returns>Whether the catalogue has the name and the number of arguments is right.</returns>
    public bool TryCreate(string name, IReadOnlyList<string> arguments, out JobError error, [NotNullWhen(false)] out string? whyNot)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        error = JobError.Unknown;
        if (!TryFind(name, out var entry))
        {
            whyNot = $"'{(name.Length > MaxShownName ? $"{name.AsSpan(0, MaxShownName)}…" : name)}' is not in the error catalogue.";
            return false;
        }

        var count = entry.ArgumentCount;
        if (arguments.Count != count)
        {
            whyNot = $"'{name}' takes {count} {(count == 1 ? "argument" : "arguments")}, not {arguments.Count}.";
            return false;
        }

        (error, whyNot) = (entry.ToError(arguments), null);
        return true;
    }
}
