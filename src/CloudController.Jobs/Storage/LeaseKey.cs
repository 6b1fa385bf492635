using System.Diagnostics.CodeAnalysis;

namespace CloudController.Jobs.Storage;

/// <summary>What a lease is called outside: its job, by which a store finds it, and the fence.</summary>
/// <param name="Job">The leased job.</param>
/// <param name="Lease">Which run of it.</param>
public readonly record struct LeaseKey(Guid Job, LeaseId Lease)
{
    private const int GuidDigits = 32;

    /// <summary>Seventy-two lower-case hexadecimal digits.</summary>
    public override string ToString() => $"{Job:n}{Lease}";

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out LeaseKey lease)
    {
        lease = default;
        if (text is not { Length: > GuidDigits } || !Guid.TryParseExact(text.AsSpan(0, GuidDigits), "n", out var job))
        {
            return false;
        }

        if (!LeaseId.TryParse(text[GuidDigits..], out var id))
        {
            return false;
        }

        // Spelt in one way only: a guid's digits may otherwise be capitals.
        lease = new LeaseKey(job, id);
        return lease.ToString() == text;
    }
}
