using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CloudController.Jobs.Benchmarks.Http;

/// <summary>What a status request costs without us: a minimal API that reads one row of SQLite and writes it as JSON. A process of its own.</summary>
internal static class BareRowsServer
{
    [ThreadStatic]
    private static SqliteCommand? find;

    public static async Task<int> RunAsync(string database, string url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSetting("urls", url);
        builder.Services.ConfigureHttpJsonOptions(options =>
        {
            // The body is a v2 body.
            options.SerializerOptions.TypeInfoResolverChain.Insert(0, BareJson.Default);
            options.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            options.SerializerOptions.WriteIndented = true;
        });
        await using var app = builder.Build();
        app.MapGet("/", () => "");
        app.MapGet("/v2/jobs/{guid}", (string guid) => Find(database, guid));
        await app.RunAsync();
        return 0;
    }

    private static Results<Ok<BareJob>, NotFound> Find(string database, string guid)
    {
        var command = find ??= Prepare(database);
        command.Parameters[0].Value = guid;
        using var row = command.ExecuteReader();
        if (!row.Read())
            return TypedResults.NotFound();

        var createdAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        return TypedResults.Ok(new BareJob(new(row.GetString(0), createdAt, $"/v2/jobs/{guid}"), new(guid, row.GetString(2))));
    }

    private static SqliteCommand Prepare(string database)
    {
        var connection = new SqliteConnection($"Data Source={database};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using (var settings = connection.CreateCommand())
        {
            settings.CommandText = "PRAGMA mmap_size = 2147483648";
            settings.ExecuteNonQuery();
        }

        var command = connection.CreateCommand();
        command.CommandText = BareRows.Find;
        command.Parameters.Add("$guid", SqliteType.Text);
        command.Prepare();
        return command;
    }
}

internal sealed record BareJob(BareMetadata Metadata, BareEntity Entity);

internal sealed record BareMetadata(string Guid, string CreatedAt, string Url);

internal sealed record BareEntity(string Guid, string Status);

[JsonSerializable(typeof(BareJob))]
internal sealed partial class BareJson : JsonSerializerContext;
