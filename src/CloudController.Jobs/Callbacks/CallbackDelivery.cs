namespace CloudController.Jobs.Callbacks;

/// <summary>How one end of a job was told: what its owner may know of it, and no more.</summary>
/// <param name="End">Which end, from 0: rises with each retry by hand.</param>
/// <param name="Outcome">What the last try came to.</param>
/// <param name="Status">The receiver's status; <see langword="null"/> where none came.</param>
/// <param name="Tries">How often it was tried, from 1.</param>
/// <param name="At">When the last try ended.</param>
public sealed record CallbackDelivery(int End, CallbackOutcome Outcome, int? Status, int Tries, DateTimeOffset At);

/// <summary>What a try to tell a job's end came to. The numbers are stored.</summary>
public enum CallbackOutcome
{
    /// <summary>The receiver took it: 2xx.</summary>
    Delivered = 1,

    /// <summary>The receiver answered with another status.</summary>
    Refused = 2,

    /// <summary>There was no connection, none was allowed, or no answer in time.</summary>
    NotReached = 3,
}

/// <summary>What outcomes are called outside.</summary>
public static class CallbackOutcomes
{
    /// <summary><c>delivered</c>, <c>refused</c> or <c>not reached</c> (contract §5).</summary>
    public static string OutcomeName(this CallbackOutcome outcome) => outcome switch
    {
        CallbackOutcome.Delivered => "delivered",
        CallbackOutcome.Refused => "refused",
        CallbackOutcome.NotReached => "not reached",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Not an outcome."),
    };
}
