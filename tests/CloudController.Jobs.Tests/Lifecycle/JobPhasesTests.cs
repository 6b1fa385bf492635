namespace CloudController.Jobs.Tests.Lifecycle;

/// <summary>Contract §4's table.</summary>
public sealed class JobPhasesTests
{
    /// <summary>Phase, v2 <c>status</c>, v3 <c>state</c>, v3 <c>phase</c>.</summary>
    public static TheoryData<JobPhase, string, string, string> Table { get; } = new()
    {
        { JobPhase.Queued, "queued", "PROCESSING", "queued" },
        { JobPhase.Scheduled, "queued", "PROCESSING", "scheduled" },
        { JobPhase.Running, "running", "PROCESSING", "running" },
        { JobPhase.Polling, "running", "POLLING", "polling" },
        { JobPhase.PollDue, "running", "POLLING", "polling" },
        { JobPhase.Finished, "finished", "COMPLETE", "finished" },
        { JobPhase.Failed, "failed", "FAILED", "failed" },
        { JobPhase.Cancelled, "failed", "FAILED", "cancelled" },
        { JobPhase.Expired, "failed", "FAILED", "expired" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Each_phase_shows_as_one_status_one_state_and_one_phase(JobPhase phase, string status, string state, string name) =>
        Assert.Equal((status, state, name), (phase.StatusName(), phase.StateName(), phase.PhaseName()));

    [Fact]
    public void The_table_has_every_phase_once() =>
        Assert.Equal(Enum.GetValues<JobPhase>().Order(), Table.Select(row => row.Data.Item1).Order());

    [Theory]
    [MemberData(nameof(Table))]
    public void Names_lead_back_to_every_phase_that_they_show(JobPhase phase, string status, string state, string name)
    {
        Assert.NotEmpty(status);
        Assert.Contains(phase, JobPhases.FromPhaseName(name));
        Assert.Contains(phase, JobPhases.FromStateName(state));
    }

    [Theory]
    [InlineData("")]
    [InlineData("QUEUED")]
    [InlineData("done")]
    public void Any_other_name_is_none(string name)
    {
        Assert.Empty(JobPhases.FromPhaseName(name));
        Assert.Empty(JobPhases.FromStateName(name));
    }

    [Theory]
    [InlineData(JobPhase.Queued, 1)]
    [InlineData(JobPhase.PollDue, 2)]
    [InlineData(JobPhase.Scheduled, 3)]
    [InlineData(JobPhase.Polling, 4)]
    [InlineData(JobPhase.Running, 7)]
    [InlineData(JobPhase.Finished, 8)]
    [InlineData(JobPhase.Failed, 9)]
    [InlineData(JobPhase.Cancelled, 10)]
    [InlineData(JobPhase.Expired, 11)]
    public void The_numbers_that_stores_keep_never_change(JobPhase phase, int number) => Assert.Equal(number, (int)phase);
}
