using CloudController.Jobs.Cli.Settings;

namespace CloudController.Jobs.Cli.Server;

/// <summary>What a newcomer needs to know of a node that has started, one line a fact.</summary>
internal static class Banner
{
    /// <param name="addresses">Where it listens, with the ports that were chosen.</param>
    /// <param name="store">Where the jobs are.</param>
    /// <param name="hasGeneratedToken">Whether the token in the data directory is the one to use.</param>
    public static IEnumerable<string> OfServer(IReadOnlyList<string> addresses, StoreSettings store, bool hasGeneratedToken)
    {
        yield return $"Listening:    {string.Join(", ", addresses)}";
        yield return $"Store:        {store.Description}";

        var token = AdminToken.PathIn(store.DataDirectory);
        yield return hasGeneratedToken ? $"Admin token:  {token}" : "Tokens:       those of section Auth";
        yield return $"Dashboard:    {ListenAddresses.Reachable(addresses[0])}/dashboard";

        var bearer = hasGeneratedToken ? $"$(cat {Quoted(token)})" : "$CCJOBS_TOKEN";
        yield return $"First job:    curl -H \"Authorization: bearer {bearer}\" -H \"Content-Type: application/json\""
            + $" -d '{{\"operation\":\"sleep\",\"arguments\":{{\"seconds\":10}}}}' {ListenAddresses.Reachable(addresses[0])}/v3/jobs";
    }

    /// <param name="addresses">Where it answers probes, with the ports that were chosen; often nowhere.</param>
    /// <param name="store">Where the jobs are.</param>
    /// <param name="worker">What it runs.</param>
    public static IEnumerable<string> OfWorker(IReadOnlyList<string> addresses, StoreSettings store, WorkerOptions worker)
    {
        if (addresses.Count > 0)
            yield return $"Listening:    {string.Join(", ", addresses)}";

        yield return $"Store:        {store.Description}";
        var queues = worker.Queues.Count > 0 ? $"queues {string.Join(", ", worker.Queues)}" : "all queues";
        yield return $"Worker:       {queues}, up to {worker.Concurrency} jobs at once";
    }

    private static string Quoted(string path) => path.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '/' or '-' or '_')
        ? path
        : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
