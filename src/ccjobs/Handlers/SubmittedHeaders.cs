using System.Buffers;
using System.Collections.Frozen;

namespace CloudController.Jobs.Cli.Handlers;

/// <summary>Which headers a submitter may add to an <c>http.request</c>.</summary>
internal static class SubmittedHeaders
{
    private const int MaxCount = 100;
    private const int MaxLength = 16_384;

    private static readonly SearchValues<char> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    // They decide how the message is framed and routed, or are what the far side knows the job by.
    private static readonly FrozenSet<string> Reserved = new[]
    {
        "Connection", "Content-Length", "Expect", "Host", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection",
        "TE", "Trailer", "Transfer-Encoding", "Upgrade", JobHeaders.IdempotencyKey, JobHeaders.Guid, JobHeaders.Attempt,
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>What is wrong with headers, in one sentence that names the field; <see langword="null"/> if nothing is.</summary>
    public static string? WhyNot(IReadOnlyDictionary<string, string> headers)
    {
        if (headers.Count > MaxCount || headers.Sum(header => header.Key.Length + (header.Value?.Length ?? 0)) > MaxLength)
            return $"arguments.headers can be at most {MaxCount} headers of together {MaxLength} characters";

        foreach (var (name, value) in headers)
        {
            if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(Token))
                return "arguments.headers has a name that is not one of a header";
            if (Reserved.Contains(name))
                return $"arguments.headers.{name} cannot be set";
            if (value is null || !value.All(c => c is '\t' or (>= ' ' and <= '~')))
                return $"arguments.headers.{name} can be printable ASCII";
        }

        return null;
    }
}

/// <summary>By which the far side of an <c>http.request</c> knows the job, and that it has seen it before.</summary>
internal static class JobHeaders
{
    public const string IdempotencyKey = "Idempotency-Key";
    public const string Guid = "X-Job-Guid";
    public const string Attempt = "X-Job-Attempt";
}
