using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.PostgreSql;

/// <summary>Lists by a filter: the only statements that are assembled, of constant parts and parameters.</summary>
internal sealed class PostgreSqlListing
{
    /// <summary>Jobs are counted up to here.</summary>
    private const int CountedUpTo = 100_000;

    private const int GuidTimeBits = 48;
    private readonly string schema;

    // By which jobs of a millisecond stay together, in the order of created_at, in an index that moves of jobs do not write: their guids, or owned.
    private readonly bool byOwned;
    private readonly string since = "jobs.guid";
    private readonly string from;
    private readonly bool ownerAlone;
    private readonly bool isFew;
    private readonly StringBuilder conditions = new("true");
    private readonly List<Action<StatementParameters>> values = [];

    public PostgreSqlListing(string schema, JobFilter filter)
    {
        (this.schema, from) = (schema, $"{schema}.jobs");
        if (filter.Owner is { } owner)
        {
            byOwned = filter.Guids is null;
            if (byOwned)
            {
                since = "owned_since";
                from = $"{Owned} CROSS JOIN unnest(owned_jobs) AS own (job) JOIN {schema}.jobs ON jobs.guid = own.job";
            }

            Add($"{(byOwned ? "owned_by" : "owner")} = (SELECT id FROM {schema}.owners WHERE issuer = {Text(owner.Issuer)} AND subject = {Text(owner.Subject)})");
        }

        var conditionOnOwner = conditions.Length;

        if (filter.Guids is { } guids)
        {
            Add($"guid = ANY({Value((name, parameters) => parameters.Bind(name, [.. guids]))})");
        }

        if (filter.Phases is { } phases)
        {
            // Written out, so that partial indexes are considered.
            var numbers = string.Join(", ", phases.Select(phase => ((int)phase).ToString(CultureInfo.InvariantCulture)));
            Add(phases.Count == 0 ? "false" : $"phase IN ({numbers})");
        }

        AddLanes("operation", filter.Operations);
        AddLanes("queue", filter.Queues);
        if (filter.ResourceGuids is { } resources)
        {
            Add($"resource_guid = ANY({Value((name, parameters) => parameters.Bind(name, [.. resources.Select(StoredText.Utf8)]))})");
        }

        AddTimes(since, filter.CreatedAts, milliseconds => Value((name, parameters) =>
        {
            if (byOwned)
            {
                parameters.Bind(name, milliseconds);
            }
            else
            {
                parameters.Bind(name, FirstGuid(milliseconds));
            }
        }));
        AddTimes("updated_at", filter.UpdatedAts, milliseconds => Value((name, parameters) => parameters.Bind(name, milliseconds)));
        foreach (var label in filter.Labels)
        {
            AddLabel(label);
        }

        ownerAlone = byOwned && conditions.Length == conditionOnOwner;
        isFew = !byOwned && filter.Phases is [JobPhase.Running];
    }

    private string Owned => $"{schema}.owned AS owned (owned_by, owned_since, owned_id, owned_jobs)";

    public void AddPage(RoundTrip trip, JobOrder order, int skip, int take)
    {
        var direction = order.Descending ? " DESC" : "";
        var (by, page) = order.By == JobOrderBy.CreatedAt
            ? ("created_at", First(PostgreSqlQueries.JobColumns, skip + take, order.Descending))
            : ("updated_at", $"SELECT {PostgreSqlQueries.JobColumns} FROM {from} WHERE {conditions}");
        Add(trip, string.Create(CultureInfo.InvariantCulture, $"{page} ORDER BY {by}{direction}, id LIMIT {take} OFFSET {skip}"));
    }

    public void AddCount(RoundTrip trip)
    {
        var most = CountedUpTo.ToString(CultureInfo.InvariantCulture);
        Add(trip, ownerAlone
            ? $"SELECT least(coalesce(sum(jobs), 0), {most}) FROM (SELECT cardinality(owned_jobs) AS jobs FROM {Owned} WHERE {conditions} LIMIT {most}) AS counted"
            : $"SELECT count(*) FROM (SELECT FROM {from} WHERE {conditions} LIMIT {most}) AS counted");
    }

    /// <summary>The oldest jobs' guids.</summary>
    public void AddOldest(RoundTrip trip, int limit) => Add(trip, string.Create(
        CultureInfo.InvariantCulture,
        $"{First("jobs.guid, jobs.created_at, jobs.id", limit, descending: false)} ORDER BY created_at, id LIMIT {limit}"));

    // All jobs up to the end of the millisecond in which the page ends: few, read by the index that keeps milliseconds together, and only then put in the
    // order of submission. The other bound holds always; without it the planner would take them for a third of the table. Where the page is not full, all
    // that the filter lets through. Of those that run, which are few and yet may be as old as the table, that is by their own index; the planner reckons
    // with it in any case, so that it is not for filters that may let much through.
    private string First(string columns, int count, bool descending)
    {
        var (least, greatest) = byOwned
            ? ("(-9223372036854775808)", "9223372036854775807")
            : ("'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'");
        var (order, compare, opposite, end, always) = descending ? (" DESC", ">=", "<=", least, greatest) : ("", "<=", ">=", greatest, least);
        var last = byOwned ? "last" : $"(left(last::text, 13) || right({end}, 23))::uuid";
        var offset = Math.Max(0, count - 1).ToString(CultureInfo.InvariantCulture);
        var jobs = $"SELECT {columns} FROM {from} WHERE {conditions}";
        var within = $"AND {since} {opposite} {always} AND {since} {compare}";
        var page = $"""
            WITH page AS MATERIALIZED (
                SELECT {last} AS last FROM (SELECT {since} AS last FROM {from} WHERE {conditions} ORDER BY {since}{order} LIMIT 1 OFFSET {offset}) AS first)
            """;
        return isFew
            ? $"{page} SELECT * FROM ({jobs} {within} (SELECT last FROM page) UNION ALL {jobs} AND NOT EXISTS (SELECT FROM page)) AS first"
            : $"{page} {jobs} {within} coalesce((SELECT last FROM page), {end})";
    }

    // The least guid of a millisecond.
    private static Guid FirstGuid(long milliseconds)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Math.Clamp(milliseconds, 0, (1L << GuidTimeBits) - 1) << (64 - GuidTimeBits));
        return new Guid(bytes, bigEndian: true);
    }

    private void Add(RoundTrip trip, string sql)
    {
        var parameters = trip.Add(sql);
        values.ForEach(bind => bind(parameters));
    }

    private void Add(string condition) => conditions.Append(" AND ").Append(condition);

    private string Value(Action<string, StatementParameters> bind)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"p{values.Count}");
        values.Add(parameters => bind(name, parameters));
        return "@" + name;
    }

    private string Text(string value) => Value((name, parameters) => parameters.Bind(name, value));

    private string Texts(IReadOnlyList<string> texts) => Value((name, parameters) => parameters.Bind(name, (string?[])[.. texts]));

    private void AddLanes(string column, IReadOnlyList<string>? names)
    {
        if (names is not null)
        {
            Add($"lane IN (SELECT id FROM {schema}.lanes WHERE {column} = ANY({Texts(names)}))");
        }
    }

    // An instant is compared as the whole second that it is shown as.
    private void AddTimes(string column, IReadOnlyList<TimeCondition> times, Func<long, string> value)
    {
        foreach (var (comparison, instants) in times)
        {
            var seconds = instants.Select(instant => instant.ToUnixTimeSeconds() * 1_000).ToArray();
            switch (comparison)
            {
                case TimeComparison.Equal:
                    var any = string.Join(" OR ", seconds.Select(second => $"({column} >= {value(second)} AND {column} < {value(second + 1_000)})"));
                    Add($"({(any.Length == 0 ? "false" : any)})");
                    break;
                case TimeComparison.Less:
                    Add($"{column} < {value(seconds[0])}");
                    break;
                case TimeComparison.LessOrEqual:
                    Add($"{column} < {value(seconds[0] + 1_000)}");
                    break;
                case TimeComparison.Greater:
                    Add($"{column} >= {value(seconds[0] + 1_000)}");
                    break;
                case TimeComparison.GreaterOrEqual:
                    Add($"{column} >= {value(seconds[0])}");
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(times), comparison, "Not a comparison.");
            }
        }
    }

    private void AddLabel(LabelRequirement label)
    {
        var labelled = $"(SELECT FROM {schema}.labels WHERE job = jobs.guid AND key = {Text(label.Key)}";
        switch (label.Match)
        {
            case LabelMatch.Exists:
                Add($"EXISTS {labelled})");
                break;
            case LabelMatch.Absent:
                Add($"NOT EXISTS {labelled})");
                break;
            case LabelMatch.In:
                Add($"EXISTS {labelled} AND value = ANY({Texts(label.Values)}))");
                break;
            case LabelMatch.NotIn:
                Add($"NOT EXISTS {labelled} AND value = ANY({Texts(label.Values)}))");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(label), label.Match, "Not a match.");
        }
    }
}
