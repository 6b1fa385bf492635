using System.Globalization;
using System.Reflection;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.Sqlite;

/// <summary>The schema's numbered steps, <c>Migrations/*.sql</c>, each applied in a transaction of its own; the file keeps the number of the last.</summary>
internal static class SqliteMigrations
{
    private static readonly Assembly Assembly = typeof(SqliteMigrations).Assembly;

    /// <summary>Names in order.</summary>
    private static readonly string[] Names = [.. Assembly.GetManifestResourceNames()
        .Where(name => name.EndsWith(".sql", StringComparison.Ordinal))
        .Select(name => name[..^".sql".Length])
        .Order(StringComparer.Ordinal)];

    /// <summary>What is not applied yet to a schema of this version.</summary>
    /// <exception cref="StoreSchemaException">It is newer than this program.</exception>
    public static IReadOnlyList<string> After(long version)
    {
        RefuseNewer(version);
        return Names[(int)version..];
    }

    /// <summary>Applies what is not applied yet.</summary>
    public static IReadOnlyList<string> Apply(SqliteSession session)
    {
        var missing = After(Version(session));
        foreach (var name in missing)
        {
            var number = Array.IndexOf(Names, name) + 1;
            session.Execute("BEGIN IMMEDIATE");
            try
            {
                session.Execute(Read(name));
                session.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {number}"));
                session.Execute("COMMIT");
            }
            catch
            {
                if (session.InTransaction)
                {
                    session.Execute("ROLLBACK");
                }

                throw;
            }
        }

        return missing;
    }

    /// <summary>Refuses every schema but this program's.</summary>
    public static void Require(long version)
    {
        RefuseNewer(version);
        if (version < Names.Length)
        {
            throw new StoreSchemaException(string.Create(
                CultureInfo.InvariantCulture, $"The store's schema is version {version}; this program works with version {Names.Length}: migrate it first."));
        }
    }

    public static long Version(SqliteSession session)
    {
        using var version = session.Statement("PRAGMA user_version");
        return version.Step() ? version.Int64(0) : 0;
    }

    private static void RefuseNewer(long version)
    {
        if (version > Names.Length)
        {
            throw new StoreSchemaException(string.Create(
                CultureInfo.InvariantCulture, $"The store's schema is version {version}; this program knows versions up to {Names.Length}."));
        }
    }

    private static string Read(string name)
    {
        using var reader = new StreamReader(Assembly.GetManifestResourceStream(name + ".sql")!);
        return reader.ReadToEnd();
    }
}
