using System.Data.Common;

namespace CloudController.Jobs.Benchmarks.Rivals.Protocol;

/// <summary>The database, or the Redis, that a queue keeps its jobs in.</summary>
internal sealed record QueueServer(string Host, int Port, string User = "", string Password = "", string Database = "")
{
    /// <summary>For Npgsql, with a pool of so many connections, all of which are closed when the queue is.</summary>
    public string ConnectionString(int connections) => new DbConnectionStringBuilder
    {
        ["Host"] = Host,
        ["Port"] = Port,
        ["Username"] = User,
        ["Password"] = Password,
        ["Database"] = Database,
        ["Maximum Pool Size"] = connections,
    }.ConnectionString;
}
