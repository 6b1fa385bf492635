namespace CloudController.Jobs.AspNetCore.Estimates;

/// <summary>When a job at work will likely end.</summary>
/// <param name="Start">Hardly before.</param>
/// <param name="End">Hardly after.</param>
internal readonly record struct JobEstimate(DateTimeOffset Start, DateTimeOffset End);
