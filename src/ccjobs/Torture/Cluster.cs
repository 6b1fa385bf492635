using System.Net.Http.Headers;
using System.Security.Cryptography;
using CloudController.Jobs.Cli.Settings;

namespace CloudController.Jobs.Cli.Torture;

/// <summary>Nodes on one store, and the ledger of what they accepted and did.</summary>
internal sealed class Cluster : IDisposable
{
    /// <summary>The shortest that there is.</summary>
    public const int LeaseSeconds = 5;

    // Every request is answered within ten seconds (contract §3); this leaves room for a machine that is short of everything.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private readonly StoreSettings store;
    private readonly TimeProvider time;
    private readonly string directory = Directory.CreateTempSubdirectory("ccjobs-torture-").FullName;
    private readonly string token = RandomNumberGenerator.GetHexString(32);
    private readonly List<TortureNode> nodes = [];

    public Cluster(StoreSettings store, TimeProvider time)
    {
        (this.store, this.time) = (store, time);
        Ledger = new Ledger(directory);
        Http = new HttpClient { Timeout = Longest };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("bearer", token);
    }

    public Ledger Ledger { get; }

    /// <summary>Calls nodes, with a token for everything.</summary>
    public HttpClient Http { get; }

    public IReadOnlyList<TortureNode> Nodes => nodes;

    /// <summary>How long a lease holds that nobody extends: in a store of one process no longer than that process.</summary>
    public TimeSpan ShortestLease => store.IsShared ? TimeSpan.FromSeconds(LeaseSeconds) : TimeSpan.Zero;

    /// <summary>One of the nodes.</summary>
    public TortureNode AnyNode => nodes[Random.Shared.Next(nodes.Count)];

    /// <summary>Starts one more node.</summary>
    /// <param name="executable">How.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="connectionString">Its own way to the database; <see langword="null"/>: the usual one.</param>
    public async Task<TortureNode> AddAsync(Executable executable, CancellationToken cancellationToken, string? connectionString = null)
    {
        var node = new TortureNode(executable, effects => Settings(connectionString ?? store.ConnectionString, effects), Ledger);
        nodes.Add(node);
        await node.StartAsync(cancellationToken);
        return node;
    }

    /// <summary>Asks one node or another until one has an answer.</summary>
    /// <param name="path">What for.</param>
    /// <param name="patience">How long.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TortureException">None has.</exception>
    public async Task<Answer> AskAsync(string path, TimeSpan patience, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                var answer = await Answer.ToAsync(Http, HttpMethod.Get, new Uri(AnyNode.Address, path), null, null, cancellationToken);
                if (answer.IsSuccess)
                    return answer;
            }
            catch (Exception exception) when (IsNoAnswer(exception, cancellationToken))
            {
                // Another may have one.
            }

            if (time.GetElapsedTime(began) > patience)
                throw new TortureException($"For {patience.TotalSeconds:F0} s no node could answer.");

            await Task.Delay(Pace, time, cancellationToken);
        }
    }

    /// <summary>Waits until a node has found its database, at first or again.</summary>
    public async Task UntilReadyAsync(TortureNode node, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if ((await Answer.ToAsync(Http, HttpMethod.Get, new Uri(node.Address, "/readyz"), null, null, cancellationToken)).IsSuccess)
                    return;
            }
            catch (Exception exception) when (IsNoAnswer(exception, cancellationToken))
            {
                // Not yet.
            }

            await Task.Delay(Pace, time, cancellationToken);
        }
    }

    /// <summary>Whether a request got no answer, as its node was killed or stood still.</summary>
    public static bool IsNoAnswer(Exception exception, CancellationToken cancellationToken) =>
        exception is HttpRequestException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested;

    public void Dispose()
    {
        foreach (var node in nodes)
            node.Dispose();

        Http.Dispose();
        Ledger.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private IEnumerable<string> Settings(string? connectionString, string effects)
    {
        yield return $"Store={(store.IsShared ? "postgres" : "sqlite")}";
        yield return $"DataDirectory={store.DataDirectory.Path}";
        if (connectionString is not null)
            yield return $"ConnectionString={connectionString}";
        if (store.Schema is not null)
            yield return $"{TortureHost.Schema}={store.Schema}";

        yield return $"{TortureHost.Effects}={effects}";
        yield return "Urls=http://127.0.0.1:0";
        yield return $"Auth:Tokens:0:Token={token}";
        yield return "Auth:Tokens:0:Name=torture";
        yield return "Auth:Tokens:0:Scopes:0=cloud_controller.admin";
        yield return $"Worker:LeaseSeconds={LeaseSeconds}";
        yield return "Worker:Concurrency=8";

        // A fault may hit the same job each time.
        yield return "Jobs:MaxLostRuns=100";
    }
}
