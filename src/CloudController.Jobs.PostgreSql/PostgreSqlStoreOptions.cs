namespace CloudController.Jobs.PostgreSql;

/// <summary>Where the PostgreSQL store keeps its jobs.</summary>
public sealed class PostgreSqlStoreOptions
{
    /// <summary>An Npgsql connection string. Several hosts may be named: the one that takes writes is used, and a failover followed. At most 3 s are
    /// waited for a connection and 6 s for an answer, whatever it says. Pooling through a transaction pooler is noticed and respected.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>The schema that holds the store's tables, made where it is missing: 1 to 48 of <c>a-z</c>, <c>0-9</c> and <c>_</c>, not a digit
    /// first; by default <c>ccjobs</c>. All nodes of one system name the same.</summary>
    public string Schema { get; set; } = "ccjobs";

    /// <summary>Whether statements are prepared, by default <see langword="true"/>. Behind a transaction pooler none is, whatever this
    /// says.</summary>
    public bool Prepare { get; set; } = true;

    /// <summary>How many times longer than usual everything is waited for, by default 1: for tests on machines that stand still now and
    /// then.</summary>
    internal int Patience { get; init; } = 1;
}
