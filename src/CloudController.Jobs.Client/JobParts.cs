namespace CloudController.Jobs.Client;

/// <summary>One error, of a job or of a refused request.</summary>
/// <param name="Code">Its number in the catalogue, such as 10008.</param>
/// <param name="Title">Its name there, such as <c>CF-UnprocessableEntity</c>.</param>
/// <param name="Detail">What is wrong, in a sentence.</param>
public sealed record ErrorDocument(int Code, string Title, string? Detail);

/// <summary>A warning of a job.</summary>
/// <param name="Detail">Up to 16,000 characters.</param>
public sealed record WarningDocument(string? Detail);

/// <summary>How one end of a job was told.</summary>
/// <param name="Outcome"><c>delivered</c>, <c>refused</c> or <c>not reached</c>.</param>
/// <param name="Status">The receiver's status; <see langword="null"/> where none came.</param>
/// <param name="Tries">How often it was tried.</param>
/// <param name="At">When the last try ended.</param>
public sealed record CallbackDocument(string Outcome, int? Status, int Tries, DateTimeOffset At);

/// <summary>A link.</summary>
/// <param name="Href">An absolute address.</param>
public sealed record LinkDocument(string? Href);

/// <summary>How far a job has come.</summary>
/// <param name="Percent">0 to 100; <see langword="null"/> if nobody said.</param>
/// <param name="Message">Up to 1,000 characters; <see langword="null"/> if nobody said.</param>
public sealed record ProgressDocument(double? Percent, string? Message);

/// <summary>How long to wait before the next attempt: <paramref name="InitialSeconds"/>, after each further failure multiplied by
/// <paramref name="Factor"/>, with some jitter.</summary>
/// <param name="InitialSeconds">By default 5.</param>
/// <param name="Factor">By default 2.</param>
/// <param name="MaxSeconds">The longest wait, by default 3600.</param>
public sealed record BackoffDocument(double? InitialSeconds = null, double? Factor = null, double? MaxSeconds = null);

/// <summary>What a job works on.</summary>
/// <param name="Type">Such as <c>app</c>.</param>
/// <param name="Guid">Its id where it lives.</param>
/// <param name="Url">Where it can be read; it becomes a link of the job.</param>
public sealed record ResourceDocument(string Type, string Guid, string? Url = null);

/// <summary>Labels, which lists can select by, and annotations, which they can't. Cloud Controller's rules for keys and values hold.</summary>
/// <param name="Labels">Keys with values of up to 63 characters.</param>
/// <param name="Annotations">Keys with values of up to 5,000 characters.</param>
public sealed record MetadataDocument(
    IReadOnlyDictionary<string, string?>? Labels = null, IReadOnlyDictionary<string, string?>? Annotations = null);
