using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace CloudController.Jobs;

/// <summary>What a handler says at the end of a run: what happens next.</summary>
public abstract record JobOutcome
{
    private JobOutcome()
    {
    }

    /// <summary>The job is done.</summary>
    public static JobOutcome Finished() => Done.Without;

    /// <summary>The job is done and leaves a result for its owner.</summary>
    /// <param name="resultJson">UTF-8 JSON, at most 1 MiB; a larger one fails the run.</param>
    public static JobOutcome Finished(ReadOnlyMemory<byte> resultJson) => new Done(resultJson);

    /// <summary>The job is done and leaves a result for its owner.</summary>
    public static JobOutcome Finished<T>(T result, JsonTypeInfo<T> type) => new Done(JsonSerializer.SerializeToUtf8Bytes(result, type));

    /// <summary>The attempt failed for a reason that the error catalogue names; the next one comes by backoff, while attempts last.</summary>
    /// <param name="name">The catalogue entry's name, without <c>CF-</c>.</param>
    /// <param name="arguments">What fills its template.</param>
    public static Failure Failed(string name, params object[] arguments) => new([new CatalogueFailure(name, [.. arguments.Select(Text)])], null);

    /// <summary>The attempt failed for several reasons; the first one is what v2 shows.</summary>
    public static Failure Failed(IReadOnlyList<CatalogueFailure> errors) => new(errors, null);

    /// <summary>The attempt failed for a reason that the outside must not see: it is shown <c>UnknownError</c>.</summary>
    /// <param name="detail">What really happened, for the log and for administrators.</param>
    public static Failure FailedInternally(string detail) => new([], detail);

    /// <summary>Something outside is not done yet: the job polls again later, under the same attempt.</summary>
    /// <param name="after">1 second to a day.</param>
    public static JobOutcome PollAgain(TimeSpan after) => new Poll(Within(after, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)));

    /// <summary>Gives the job back without spending an attempt.</summary>
    /// <param name="delay">0 to an hour.</param>
    public static JobOutcome Release(TimeSpan delay) => new Giveback(Within(delay, TimeSpan.Zero, TimeSpan.FromHours(1)));

    private static string Text(object argument) => argument as string ?? (argument is IFormattable formattable
        ? formattable.ToString(null, System.Globalization.CultureInfo.InvariantCulture)
        : argument.ToString() ?? "");

    private static TimeSpan Within(TimeSpan value, TimeSpan min, TimeSpan max) => value >= min && value <= max
        ? value
        : throw new ArgumentOutOfRangeException(nameof(value), value, $"It can be {min} to {max}.");

    /// <summary>Done.</summary>
    internal sealed record Done(ReadOnlyMemory<byte> Result) : JobOutcome
    {
        internal static readonly Done Without = new(ReadOnlyMemory<byte>.Empty);
    }

    /// <summary>Polls again.</summary>
    internal sealed record Poll(TimeSpan After) : JobOutcome;

    /// <summary>Given back.</summary>
    internal sealed record Giveback(TimeSpan Delay) : JobOutcome;

    /// <summary>A failed attempt.</summary>
    public sealed record Failure : JobOutcome
    {
        internal Failure(IReadOnlyList<CatalogueFailure> errors, string? detail) => (Errors, Detail) = (errors, detail);

        internal IReadOnlyList<CatalogueFailure> Errors { get; }

        internal string? Detail { get; init; }

        internal bool IsFinal { get; init; }

        internal DateTimeOffset? At { get; init; }

        internal DateTimeOffset? Earliest { get; init; }

        /// <summary>Adds what really happened, for administrators; the outside does not see it.</summary>
        public Failure Because(string detail) => this with { Detail = detail };

        /// <summary>No further attempt makes sense: the job fails for good.</summary>
        public Failure Final() => this with { IsFinal = true };

        /// <summary>The next attempt comes at this instant instead of by backoff.</summary>
        public Failure RetryAt(DateTimeOffset at) => this with { At = at };

        /// <summary>The next attempt comes by backoff, but not before this instant.</summary>
        public Failure NotBefore(DateTimeOffset at) => this with { Earliest = at };
    }
}

/// <summary>A failure by its name in the error catalogue.</summary>
/// <param name="Name">Without <c>CF-</c>.</param>
/// <param name="Arguments">What fills the entry's template.</param>
public sealed record CatalogueFailure(string Name, IReadOnlyList<string> Arguments);
