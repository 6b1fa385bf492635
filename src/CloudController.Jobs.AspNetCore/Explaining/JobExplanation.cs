using CloudController.Jobs.AspNetCore.Estimates;

namespace CloudController.Jobs.AspNetCore.Explaining;

/// <summary>Why a job waits, or what it does.</summary>
/// <param name="Job">The job, without arguments and result.</param>
/// <param name="Causes">The most important first; never empty.</param>
/// <param name="Estimate">When it will likely end; <see langword="null"/>: it is not at work, or there is no ground to say so.</param>
internal sealed record JobExplanation(Job Job, IReadOnlyList<JobCause> Causes, JobEstimate? Estimate);

/// <summary>One cause.</summary>
/// <param name="Code">Stable: one of <see cref="CauseCode"/>.</param>
/// <param name="Detail">One sentence for the reader.</param>
internal sealed record JobCause(string Code, string Detail);
