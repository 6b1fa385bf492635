using CloudController.Jobs.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CloudController.Jobs.PostgreSql;

/// <summary>Hears of other nodes' changes and passes them on to this node's signals; where nothing can be heard, looks every second whether a job
/// changed that someone here follows, else every ten, as a hint may be lost with its node. Connects again by itself.</summary>
internal sealed class ChangeListener : IAsyncDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private const int LookedUpAtOnce = 5_000;

    // A node may die between a commit and what it would have told of it.
    private static readonly TimeSpan LookNonetheless = TimeSpan.FromSeconds(10);

    private readonly PostgreSqlDatabase database;
    private readonly PostgreSqlQueries queries;
    private readonly JobSignals signals;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly string node;
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task loop;
    private Dictionary<Guid, State> seen = [];
    private volatile bool hears;
    private bool wasHeard = true;

    public ChangeListener(
        PostgreSqlDatabase database, PostgreSqlQueries queries, JobSignals signals, TimeProvider time, ILogger logger, string node)
    {
        (this.database, this.queries, this.signals, this.time, this.logger, this.node) = (database, queries, signals, time, logger, node);
        loop = Task.Run(RunAsync);
    }

    /// <summary>Completes when changes are heard of, or nothing can be heard.</summary>
    public Task Ready => ready.Task;

    /// <summary>Whether other nodes' changes are heard of.</summary>
    public bool Hears => hears;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await loop;
        stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            if (!database.HasPooler)
            {
                await ListenAsync();
            }

            ready.TrySetResult();
            await LookAsync();
            await Task.Delay(LookEvery, TimeProvider.System, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Until the connection is lost.
    private async Task ListenAsync()
    {
        try
        {
            await using var connection = await database.OpenListeningAsync(stop.Token);
            var many = false;
            connection.Notification += (_, notification) => many |= Heed(notification.Payload);
            await using (var listen = new NpgsqlCommand(queries.Listen, connection))
            {
                await listen.ExecuteNonQueryAsync(stop.Token);
            }

            // What was told before is looked up once.
            (wasHeard, hears) = (true, true);
            signals.PublishWork();
            signals.PublishDue(time.GetUtcNow());
            await LookAsync();
            ready.TrySetResult();
            var looked = TimeProvider.System.GetTimestamp();
            while (true)
            {
                await connection.WaitAsync(LookNonetheless, stop.Token);
                var isTime = TimeProvider.System.GetElapsedTime(looked) >= LookNonetheless;
                if (!many && !(isTime && signals.Followed.Count > 0))
                {
                    continue;
                }

                many = false;
                looked = TimeProvider.System.GetTimestamp();
                await LookAsync();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Closed.
        }
        catch (Exception exception) when (PostgreSqlFaults.MeansUnavailable(exception))
        {
            if (wasHeard)
            {
                wasHeard = false;
                Log.ListenerLost(logger, exception);
            }
        }
        finally
        {
            // Those who sleep long because everything is heard of wake up.
            hears = false;
            signals.PublishWork();
            signals.PublishDue(time.GetUtcNow());
        }
    }

    /// <returns>Whether so much changed that one has to look.</returns>
    private bool Heed(string text)
    {
        var message = ChangeMessage.Parse(text);
        if (message?.Node == node)
        {
            return false;
        }

        foreach (var job in message?.Jobs ?? [])
        {
            signals.PublishChange(job);
        }

        if (message is not { Work: false })
        {
            signals.PublishWork();
        }

        if (message?.DueIn is { } dueIn)
        {
            signals.PublishDue(time.GetUtcNow() + dueIn);
        }

        return message?.Jobs is null;
    }

    private async Task LookAsync()
    {
        try
        {
            await LookForStatesAsync([.. signals.Followed]);
            await LookForStopsAsync();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Closed.
        }
        catch (StoreUnavailableException)
        {
            // Known from the verbs; the next look tries again.
        }
        catch (Exception exception)
        {
            // The border round one pass: the next one tries again.
            Log.LookFailed(logger, exception);
        }
    }

    private async Task LookForStatesAsync(Guid[] followed)
    {
        var before = seen;
        var now = new Dictionary<Guid, State>(followed.Length);
        foreach (var some in followed.Chunk(LookedUpAtOnce))
        {
            await database.RunAsync(
                RoundTrip.Of(queries.FindStates, parameters => parameters.Bind("guids", some)),
                async reader =>
                {
                    while (await reader.ReadAsync(stop.Token))
                    {
                        now[reader.GetGuid(0)] = new State(reader.GetInt16(1), reader.GetInt32(2), reader.GetInt64(3));
                    }

                    return true;
                },
                stop.Token);
        }

        seen = now;
        foreach (var job in followed)
        {
            // One that nobody followed at the last look may have changed since; one that is gone has.
            if (!now.TryGetValue(job, out var state) ? before.ContainsKey(job) : !before.TryGetValue(job, out var last) || last != state)
            {
                signals.PublishChange(job);
            }
        }
    }

    // Those who run jobs here heed a cancel that another node was asked for.
    private async Task LookForStopsAsync()
    {
        var stops = await database.RunAsync(
            RoundTrip.Of(queries.FindStops),
            async reader =>
            {
                var jobs = new List<Guid>();
                while (await reader.ReadAsync(stop.Token))
                {
                    jobs.Add(reader.GetGuid(0));
                }

                return jobs;
            },
            stop.Token);
        stops.ForEach(signals.PublishChange);
    }

    private readonly record struct State(short Phase, int Run, long UpdatedAt);
}
