using CloudController.Jobs.Storage;
using Npgsql;

namespace CloudController.Jobs.PostgreSql;

/// <summary>Reads what an exchange came to, statement by statement as they were sent.</summary>
/// <param name="settlements">The ends that were written.</param>
/// <param name="claims">Whether it claimed.</param>
/// <param name="isLimited">Whether it took limited queues before.</param>
/// <param name="looks">Whether it looked at last for what it left out.</param>
/// <param name="cancellationToken">Gives up.</param>
internal sealed class ExchangeReader(
    Settlements settlements, bool claims, bool isLimited, bool looks, CancellationToken cancellationToken)
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

        if (!looks)
        {
            return new Answer(results, rows, null);
        }

        if (claims)
        {
            await reader.NextResultAsync(cancellationToken);
        }

        return new Answer(results, rows, isLimited ? await ReadLimitsAsync(reader) : await ReadLeftOutAsync(reader));
    }

    // By FindLimits.
    private async Task<LeftOut> ReadLimitsAsync(NpgsqlDataReader reader)
    {
        var limits = new Dictionary<string, bool>(StringComparer.Ordinal);
        TimeSpan? heldFor = null;
        while (await reader.ReadAsync(cancellationToken))
        {
            limits.Add(reader.GetString(0), reader.GetBoolean(1));
            if (reader.NullableInt64(2) is { } milliseconds && !(heldFor <= TimeSpan.FromMilliseconds(milliseconds)))
            {
                heldFor = TimeSpan.FromMilliseconds(milliseconds);
            }
        }

        return new LeftOut(limits, [], heldFor);
    }

    // By FindLeftOut.
    private async Task<LeftOut> ReadLeftOutAsync(NpgsqlDataReader reader)
    {
        var limits = new Dictionary<string, bool>(StringComparer.Ordinal);
        var lanes = new List<KeyValuePair<long, Lane>>();
        while (await reader.ReadAsync(cancellationToken))
        {
            if (reader.NullableInt64(2) is { } lane)
            {
                lanes.Add(new(lane, new Lane(reader.GetString(0), reader.GetString(3))));
            }
            else
            {
                limits.Add(reader.GetString(0), reader.GetBoolean(1));
            }
        }

        return new LeftOut(limits, lanes, null);
    }

    /// <summary>What it came to.</summary>
    /// <param name="Results">Of the ends, in the order given.</param>
    /// <param name="Rows">What was claimed.</param>
    /// <param name="LeftOut">What it left out, if that was looked for.</param>
    public readonly record struct Answer(SettleResult[] Results, List<JobRow> Rows, LeftOut? LeftOut);
}
