using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Callbacks;

/// <summary>Tells one end of a job to its receiver. The engine decides when; without a sender no end is told by this node.</summary>
public interface ICallbackSender
{
    /// <summary>Tries once, within <see cref="CallbackSchedule.TryLimit"/>.</summary>
    /// <exception cref="OperationCanceledException">It was given up; the receiver may or may not have heard of it.</exception>
    Task<CallbackAnswer> SendAsync(DueCallback callback, CancellationToken cancellationToken);
}

/// <summary>What a try came to.</summary>
/// <param name="Outcome">What the owner sees.</param>
/// <param name="Status">The receiver's status; <see langword="null"/> where none came.</param>
public sealed record CallbackAnswer(CallbackOutcome Outcome, int? Status)
{
    /// <summary>How long the receiver asked to be left alone, if it did.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
