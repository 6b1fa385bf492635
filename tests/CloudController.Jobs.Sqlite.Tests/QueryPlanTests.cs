using System.Reflection;

namespace CloudController.Jobs.Sqlite.Tests;

public sealed class QueryPlanTests : IDisposable
{
    private readonly StoreFolder folder = new();

    public static TheoryData<string> Names { get; } = [.. typeof(SqliteQueries)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(field => field.Name != nameof(SqliteQueries.JobColumns))
        .Select(field => field.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task No_statement_walks_over_all_jobs(string name)
    {
        await using var store = await folder.OpenAsync();
        var sql = (string)typeof(SqliteQueries).GetField(name)!.GetRawConstantValue()!;
        using var connection = folder.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "EXPLAIN QUERY PLAN " + sql;
        foreach (var word in sql.Split([' ', '\n', ',', '(', ')', ';'], StringSplitOptions.RemoveEmptyEntries).Where(word => word[0] == '@').Distinct())
        {
            command.Parameters.AddWithValue(word, 1);
        }

        var steps = new List<string>();
        await using (var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken))
        {
            while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            {
                steps.Add(reader.GetString(3));
            }
        }

        Assert.DoesNotContain(steps, step => step.StartsWith("SCAN jobs", StringComparison.Ordinal) && !step.Contains("INDEX", StringComparison.Ordinal));
        Assert.True(name == nameof(SqliteQueries.CountOpen) || !steps.Exists(step => step.Contains("ORDER BY", StringComparison.Ordinal)), string.Join("; ", steps));
    }

    public void Dispose() => folder.Dispose();
}
