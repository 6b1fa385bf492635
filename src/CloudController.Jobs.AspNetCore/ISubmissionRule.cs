namespace CloudController.Jobs.AspNetCore;

/// <summary>Decides who may submit jobs of one operation, beyond the scope that every submission takes. Registered as a singleton service; asked after
/// the body was found in order and before anything is kept.</summary>
public interface ISubmissionRule
{
    /// <summary>The operation that it is asked about.</summary>
    string Operation { get; }

    /// <summary>Whether a caller may submit a job with these arguments.</summary>
    /// <param name="hasScope">Whether the caller's token has a scope; an administrator's has all.</param>
    /// <param name="arguments">UTF-8 JSON; empty where none were given.</param>
    SubmissionVerdict Check(Predicate<string> hasScope, ReadOnlyMemory<byte> arguments);
}

/// <summary>What an <see cref="ISubmissionRule"/> says.</summary>
public abstract record SubmissionVerdict
{
    private SubmissionVerdict()
    {
    }

    /// <summary>The job may be submitted.</summary>
    public static SubmissionVerdict Allowed { get; } = new Yes();

    /// <summary>The caller may not: 403 <c>CF-NotAuthorized</c>.</summary>
    public static SubmissionVerdict Forbidden { get; } = new No();

    /// <summary>Nobody may: 422 <c>CF-UnprocessableEntity</c>.</summary>
    /// <param name="WhyNot">One sentence for the submitter, which names the field.</param>
    public sealed record Invalid(string WhyNot) : SubmissionVerdict;

    private sealed record Yes : SubmissionVerdict;

    private sealed record No : SubmissionVerdict;
}
