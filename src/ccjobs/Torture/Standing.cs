using System.Text.Json;

namespace CloudController.Jobs.Cli.Torture;

/// <summary>Where a job stands, as its document says.</summary>
/// <param name="Phase">Its phase.</param>
/// <param name="Run">How often it was claimed.</param>
/// <param name="Attempt">The number of its last attempt.</param>
/// <param name="FinishedAt">When it ended, if it has.</param>
internal sealed record Standing(string Phase, int Run, int Attempt, string? FinishedAt)
{
    public static Standing Of(JsonElement job) => new(
        job.GetProperty("phase").GetString()!,
        job.GetProperty("run").GetInt32(),
        job.GetProperty("attempt").GetInt32(),
        job.GetProperty("finished_at").GetString());
}

/// <summary>How a run went, as the job's attempts say, by the store's clock.</summary>
/// <param name="Run">Its number.</param>
/// <param name="Attempt">The attempt that it belongs to.</param>
/// <param name="Outcome">How it ended, if it has.</param>
/// <param name="StartedAt">When it was claimed, to the second.</param>
/// <param name="EndedAt">When it ended, to the second.</param>
internal sealed record RecordedRun(int Run, int Attempt, string? Outcome, DateTimeOffset StartedAt, DateTimeOffset? EndedAt)
{
    public const string Lost = "lost";

    // Both instants are cut to the second.
    private static readonly TimeSpan Accuracy = TimeSpan.FromSeconds(1);

    public static RecordedRun Of(JsonElement run) => new(
        run.GetProperty("run").GetInt32(),
        run.GetProperty("number").GetInt32(),
        run.GetProperty("outcome").GetString(),
        run.GetProperty("started_at").GetDateTimeOffset(),
        run.GetProperty("ended_at").ValueKind == JsonValueKind.String ? run.GetProperty("ended_at").GetDateTimeOffset() : null);

    /// <summary>Whether it was taken back, after its lease had held for as long as it must.</summary>
    public bool WasLost(TimeSpan lease) => Outcome == Lost && EndedAt - StartedAt > lease - Accuracy;
}
