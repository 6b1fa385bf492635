using CloudController.Jobs.PostgreSql;
using CloudController.Jobs.Sqlite;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace CloudController.Jobs.Cli.Settings;

/// <summary>Where the jobs are kept.</summary>
/// <param name="IsShared">Whether in a PostgreSQL database that several nodes may share; else in a SQLite database of this process.</param>
/// <param name="DataDirectory">Of the SQLite file and the generated admin token.</param>
/// <param name="ConnectionString">The one configured, if any: for SQLite it overrides the file in the data directory.</param>
internal sealed record StoreSettings(bool IsShared, DataDirectory DataDirectory, string? ConnectionString)
{
    private const string FileName = "jobs.db";

    public const string PostgreSqlExample = "it can be such as Host=db.example.org;Database=ccjobs;Username=ccjobs;Password=secret";

    /// <summary>The schema in that database; <see langword="null"/>: the usual one.</summary>
    public string? Schema { get; init; }

    /// <summary>For the person who started the program. A connection string is not shown: it may hold a password.</summary>
    public string Description => (IsShared, ConnectionString) switch
    {
        (true, _) => $"PostgreSQL, {new NpgsqlConnectionStringBuilder(ConnectionString).Host}",
        (false, null) => $"SQLite, {Sqlite.Path}",
        _ => "SQLite, where ConnectionString says",
    };

    /// <summary>Where the SQLite store is, if it is one.</summary>
    public SqliteStoreOptions Sqlite => new() { Path = DataDirectory.PathOf(FileName), ConnectionString = ConnectionString };

    /// <exception cref="UsageException">A setting is wrong.</exception>
    public static StoreSettings From(IConfiguration configuration)
    {
        var isShared = configuration["Store"]?.ToUpperInvariant() switch
        {
            null or "SQLITE" => false,
            "POSTGRES" => true,
            _ => throw new UsageException($"Store is '{configuration["Store"]}'; it can be sqlite or postgres."),
        };
        var connectionString = configuration["ConnectionString"];
        if (isShared && !NamesServer(connectionString))
            throw new UsageException($"Store is postgres, and ConnectionString names no database server; {PostgreSqlExample}.");
        if (!isShared && connectionString is not null && !NamesFile(connectionString))
            throw new UsageException("ConnectionString names no file for SQLite; it can be such as Data Source=/var/lib/ccjobs/jobs.db.");

        return new StoreSettings(isShared, new DataDirectory(configuration["DataDirectory"] ?? DataDirectory.Default), connectionString);
    }

    /// <summary>Makes what the store needs and is missing on this machine.</summary>
    public void Prepare()
    {
        if (!IsShared)
            DataDirectory.Prepare();
    }

    /// <summary>Makes it the store.</summary>
    public JobsBuilder Use(JobsBuilder jobs) => IsShared
        ? jobs.UsePostgreSql(ConnectionString!, options => options.Schema = Schema ?? options.Schema)
        : jobs.UseSqlite(options => (options.Path, options.ConnectionString) = (Sqlite.Path, Sqlite.ConnectionString));

    /// <summary>Whether a connection string is one of PostgreSQL's.</summary>
    public static bool NamesServer(string? connectionString)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(connectionString) is { Host: not (null or "") };
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            return false;
        }
    }

    private static bool NamesFile(string connectionString)
    {
        try
        {
            var parsed = new SqliteConnectionStringBuilder(connectionString);
            return parsed is { Mode: not SqliteOpenMode.Memory, DataSource: not ("" or ":memory:") };
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
