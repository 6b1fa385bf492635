using CloudController.Jobs.AspNetCore.RateLimits;

namespace CloudController.Jobs.AspNetCore.Following;

/// <summary>How many answers this node holds back at once: for each client address or user, and in all (contract §4, §5).</summary>
internal sealed class HeldPlaces
{
    internal const int PerAddress = 16;
    internal const int PerUser = 1_000;
    internal const int PerNode = 20_000;

    private readonly Lock gate = new();
    private readonly Dictionary<object, int> held = [];
    private int total;

    /// <summary>How many are taken.</summary>
    public int Taken
    {
        get
        {
            lock (gate)
                return total;
        }
    }

    /// <summary>Takes a place for an open route's client; <see langword="null"/> if there is none left. Dispose it to give it back.</summary>
    public IDisposable? TryTake(ClientAddress client) => TryTake(client, PerAddress);

    /// <summary>Takes a place for a user; <see langword="null"/> if there is none left. Dispose it to give it back.</summary>
    public IDisposable? TryTake(JobOwner user) => TryTake(user, PerUser);

    private Place? TryTake(object client, int limit)
    {
        lock (gate)
        {
            var count = held.GetValueOrDefault(client);
            if (count >= limit || total >= PerNode)
                return null;

            held[client] = count + 1;
            total++;
            return new Place(this, client);
        }
    }

    private void GiveBack(object client)
    {
        lock (gate)
        {
            total--;
            if (held[client] == 1)
                held.Remove(client);
            else
                held[client]--;
        }
    }

    private sealed class Place(HeldPlaces places, object client) : IDisposable
    {
        public void Dispose() => places.GiveBack(client);
    }
}
