namespace CloudController.Jobs.PostgreSql.Tests;

/// <summary>A value for whatever a statement names, of the type that it has there.</summary>
internal static class QueryValues
{
    private static readonly string[] Nothing = ["now", "holder", "again"];

    private static readonly string[] Integers = ["limit", "most", "newest", "end", "least_priority"];

    private static readonly string[] Longs = ["lease", "nonce", "grace", "at", "node_now", "claimed", "lane", "least_run_at"];

    private static readonly string[] Texts = ["errors", "worker", "callbacks"];

    private static readonly string[] ManyIntegers =
        ["runs", "places", "submissions", "key_places", "max_attempts", "attempts", "attempts_spents", "lost_runs", "percents"];

    private static readonly string[] ManyLongs =
    [
        "nonces", "retentions", "shares", "lanes", "owners", "created_ats", "run_ats", "timeouts", "floor_lanes", "floor_run_ats", "most_opens",
        "expires_ats", "holders",
    ];

    private static readonly string[] ManyShorts = ["phases", "priorities", "cancel_phases", "floor_priorities"];

    private static readonly string[] ManyBooleans = ["has_progress", "only_if_expireds", "finisheds", "relatives", "polleds"];

    private static readonly string[] ManyTexts =
    [
        "operations", "keys", "values", "except", "issuers", "subjects", "request_ids", "traceparents", "details", "callback_hosts", "jobs_after",
        "cancel_errors", "outcomes", "run_errors", "failures",
    ];

    private static readonly string[] ManyBytes =
        ["arguments", "resource_guids", "fingerprints", "warnings", "logs", "log_lines", "messages", "results", "exceptions", "actions"];

    /// <summary>One of <see cref="PostgreSqlQueries"/> with its values.</summary>
    public static RoundTrip Bind(string schema, string name)
    {
        var sql = (string)typeof(PostgreSqlQueries).GetProperty(name)!.GetValue(new PostgreSqlQueries(schema))!;
        return RoundTrip.Of(sql, parameters =>
        {
            // What the statement does not name is left out.
            parameters
                .Bind("guid", Guid.NewGuid()).Bind("guids", [Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid()])
                .Bind("name", (string?)null).Bind("queues", (string?[]?)null).Bind("operation", "operation-1");
            Array.ForEach(Nothing, name => parameters.Bind(name, (long?)null));
            Array.ForEach(Integers, name => parameters.Bind(name, 1_000));
            Array.ForEach(Longs, name => parameters.Bind(name, 60_000L));
            Array.ForEach(Texts, name => parameters.Bind(name, "text"));
            Array.ForEach(ManyIntegers, name => parameters.Bind(name, (int[])[1]));
            Array.ForEach(ManyLongs, name => parameters.Bind(name, (long[])[1]));
            Array.ForEach(ManyShorts, name => parameters.Bind(name, (short[])[8]));
            Array.ForEach(ManyBooleans, name => parameters.Bind(name, (bool[])[true]));
            Array.ForEach(ManyTexts, name => parameters.Bind(name, (string?[])["text"]));
            Array.ForEach(ManyBytes, name => parameters.Bind(name, (byte[]?[])[[1]]));
            if (name == nameof(PostgreSqlQueries.Settle))
            {
                parameters.Bind("errors", (string?[])["text"]);
            }
        });
    }
}
