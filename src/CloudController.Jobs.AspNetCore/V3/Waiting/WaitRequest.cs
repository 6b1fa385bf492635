using CloudController.Jobs.Storage;

namespace CloudController.Jobs.AspNetCore.V3.Waiting;

/// <summary>What a wait for many jobs asks for.</summary>
/// <param name="Guids">For these jobs; <see langword="null"/>: for those with these labels.</param>
/// <param name="Labels">For the jobs with these labels.</param>
/// <param name="Until">When to answer.</param>
/// <param name="Longest">When to answer at the latest.</param>
internal sealed record WaitRequest(IReadOnlyList<Guid>? Guids, IReadOnlyList<LabelRequirement> Labels, WaitUntil Until, TimeSpan Longest);

/// <summary>What a wait for many jobs is for.</summary>
internal enum WaitUntil
{
    /// <summary>All have ended.</summary>
    All,

    /// <summary>One has ended.</summary>
    Any,

    /// <summary>One has failed, or all have ended.</summary>
    FirstFailure,
}
