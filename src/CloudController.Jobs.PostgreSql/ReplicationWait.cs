using CloudController.Jobs.Storage;
using Npgsql;

namespace CloudController.Jobs.PostgreSql;

/// <summary>Hears whether the server gave up waiting for its synchronous replica: what was committed then stands on the primary alone and dies with it,
/// though the server reports success.</summary>
/// <remarks>It does so when a statement is cancelled, as each is that is not answered in time. Known by the server's own function, which is the same in
/// every language and version.</remarks>
internal sealed class ReplicationWait : IDisposable
{
    private const string Routine = "SyncRepWaitForLSN";

    private readonly NpgsqlConnection connection;
    private bool isGivenUp;

    public ReplicationWait(NpgsqlConnection connection)
    {
        this.connection = connection;
        connection.Notice += Heed;
    }

    /// <exception cref="StoreUnavailableException">It gave up.</exception>
    public void Require()
    {
        if (isGivenUp)
        {
            throw new StoreUnavailableException("No synchronous replica confirmed the transaction.");
        }
    }

    public void Dispose() => connection.Notice -= Heed;

    private void Heed(object sender, NpgsqlNoticeEventArgs told) => isGivenUp |= told.Notice.Routine == Routine;
}
