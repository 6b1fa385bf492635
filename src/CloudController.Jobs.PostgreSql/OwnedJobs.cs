namespace CloudController.Jobs.PostgreSql;

/// <summary>Submitted jobs as rows of <c>owned</c>: those of one owner and millisecond that follow each other, up to as many as a row holds without
/// being kept in parts.</summary>
internal sealed class OwnedJobs
{
    private const int MostInARow = 100;

    private readonly List<long> owners = [];
    private readonly List<long> since = [];
    private readonly List<int> firsts = [];
    private readonly List<int> lasts = [];

    public OwnedJobs(IReadOnlyList<NewJob> jobs, PostgreSqlNames names)
    {
        for (var index = 0; index < jobs.Count; index++)
        {
            var (owner, createdAt) = (names.OwnerId(jobs[index].Owner), jobs[index].CreatedAt.ToUnixTimeMilliseconds());
            if (firsts.Count > 0 && owners[^1] == owner && since[^1] == createdAt && index + 1 - firsts[^1] < MostInARow)
            {
                lasts[^1] = index + 1;
                continue;
            }

            owners.Add(owner);
            since.Add(createdAt);
            firsts.Add(index + 1);
            lasts.Add(index + 1);
        }
    }

    public StatementParameters Bind(StatementParameters parameters) => parameters
        .Bind("owned_by", [.. owners])
        .Bind("owned_since", [.. since])
        .Bind("owned_firsts", [.. firsts])
        .Bind("owned_lasts", [.. lasts]);
}
