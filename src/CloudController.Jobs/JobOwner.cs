namespace CloudController.Jobs;

/// <summary>Whom a job belongs to: the issuer and subject of the token that submitted it.</summary>
/// <param name="Issuer">The token's <c>iss</c>; empty for a static token and for jobs enqueued in process, so that neither can equal a JWT's.</param>
/// <param name="Subject">The token's <c>sub</c>, or a static token's name; empty for jobs enqueued in process, which no token's is.</param>
public readonly record struct JobOwner(string Issuer, string Subject)
{
    /// <summary>Owner of the jobs that the host application itself enqueues.</summary>
    public static JobOwner Application { get; } = new("", "");
}
