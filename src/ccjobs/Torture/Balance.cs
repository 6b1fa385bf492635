namespace CloudController.Jobs.Cli.Torture;

/// <summary>What the ledger comes to.</summary>
/// <param name="Accepted">Jobs answered 202.</param>
/// <param name="Finished">Those of them that came to the end they were meant to.</param>
/// <param name="StaleResultsRefused">Ends of runs that were not accepted, because their lease had been taken back.</param>
/// <param name="SentAgain">Submits that were not answered 202, and sent again with the same key.</param>
/// <param name="Effects">Runs that did something.</param>
/// <param name="Repeated">Those of them that a job without faults would not have had.</param>
/// <param name="RunsTakenBack">Runs that were ended without their worker.</param>
/// <param name="Violations">What was promised and not kept.</param>
internal sealed record Balance(
    int Accepted,
    int Finished,
    int StaleResultsRefused,
    int SentAgain,
    int Effects,
    int Repeated,
    int RunsTakenBack,
    IReadOnlyList<Violation> Violations)
{
    /// <summary>Jobs that were answered 202 and are not there, do not end, or did not do their work.</summary>
    public int Lost => Count(Promise.Kept);

    /// <summary>Jobs of which two ends were accepted.</summary>
    public int EndedTwice => Count(Promise.EndedOnce);

    private int Count(Promise promise) =>
        Violations.Where(violation => violation.Promise == promise).DistinctBy(violation => violation.Job).Count();
}
