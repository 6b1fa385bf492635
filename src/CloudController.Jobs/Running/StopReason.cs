namespace CloudController.Jobs.Running;

/// <summary>Why a run was told to stop; the first reason stands.</summary>
internal enum StopReason
{
    None,
    TimedOut,
    Cancelled,
    LeaseLost,
    Draining,
}
