using CloudController.Jobs.Storage;
using Npgsql;

namespace CloudController.Jobs.PostgreSql;

/// <summary>Reads what an exchange came to, statement by statement as they were sent.</summary>
/// <param name="settlements">The ends that were written.</param>
/// <param name="claims">Whether it claimed.</param>
/// <param name="isLimited">Whether it took limited queues before.</param>
/// <param name="looksForLimits">Whether it looked for limits at last.</param>
/// <param name="cancellationToken">Gives up.</param>
internal sealed class ExchangeReader(
    Settlements settlements, bool claims, bool isLimited, bool looksForLimits, CancellationToken cancellationToken)
{
    public async Task<Answer> ReadAsync(NpgsqlDataReader reader)
    {
        var results = await settlements.ReadAsync(reader, cancellationToken);
        var rows = new List<JobRow>();
        if (isLimited)
        {
            await reader.NextResultAsync(cancellationToken);
        }

        while (claims && await reader.ReadAsync(cancellationToken))
        {
            rows.Add(PostgreSqlJobStore.ReadWithArguments(reader));
        }

        if (!looksForLimits)
        {
            return new Answer(results, rows, null);
        }

        if (claims)
        {
            await reader.NextResultAsync(cancellationToken);
        }

        return new Answer(results, rows, await ReadLimitsAsync(reader));
    }

    private async Task<FoundLimits> ReadLimitsAsync(NpgsqlDataReader reader)
    {
        var concurrency = new Dictionary<string, bool>(StringComparer.Ordinal);
        TimeSpan? heldFor = null;
        while (await reader.ReadAsync(cancellationToken))
        {
            concurrency.Add(reader.GetString(0), reader.GetBoolean(1));
            if (reader.NullableInt64(2) is { } milliseconds && !(heldFor <= TimeSpan.FromMilliseconds(milliseconds)))
            {
                heldFor = TimeSpan.FromMilliseconds(milliseconds);
            }
        }

        return new FoundLimits(concurrency, heldFor);
    }

    /// <summary>What it came to.</summary>
    /// <param name="Results">Of the ends, in the order given.</param>
    /// <param name="Rows">What was claimed.</param>
    /// <param name="Limits">The limits, if they were looked for.</param>
    public readonly record struct Answer(SettleResult[] Results, List<JobRow> Rows, FoundLimits? Limits);
}
