namespace CloudController.Jobs.Cli.Torture;

/// <summary>Which promise was broken.</summary>
internal enum Promise
{
    /// <summary>What was answered 202 comes to an end, having done its work.</summary>
    Kept,

    /// <summary>It comes to one end.</summary>
    EndedOnce,

    /// <summary>Everything else: how it ends, how requests are answered, that no run begins while another's lease holds.</summary>
    AsSaid,
}

/// <summary>A promise that was broken.</summary>
/// <param name="Promise">Which.</param>
/// <param name="Job">For whom, if for a job.</param>
/// <param name="Sentence">How.</param>
internal sealed record Violation(Promise Promise, string? Job, string Sentence);
