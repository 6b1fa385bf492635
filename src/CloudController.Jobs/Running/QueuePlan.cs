using System.Globalization;

namespace CloudController.Jobs.Running;

/// <summary>In what order a worker serves its queues.</summary>
internal sealed class QueuePlan
{
    /// <summary>Largest weight of a queue.</summary>
    public const int MaxWeight = 1_000;

    private readonly (string Name, int Weight)[] queues;
    private readonly bool weighted;

    private QueuePlan((string Name, int Weight)[] queues, bool weighted) => (this.queues, this.weighted) = (queues, weighted);

    /// <summary>Reads the setting; what is wrong with it comes back as a sentence.</summary>
    public static string? TryParse(IEnumerable<string> setting, out QueuePlan plan)
    {
        var queues = new List<(string, int)>();
        var weights = 0;
        plan = new QueuePlan([], false);
        foreach (var entry in setting)
        {
            var equals = entry.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? entry : entry[..equals];
            if (!JobNames.IsValid(name))
            {
                return $"has the entry '{entry}'; a queue is 1 to 128 of a-z, 0-9, '_', '.' and '-', optionally followed by =weight";
            }

            var weight = 1;
            if (equals >= 0)
            {
                weights++;
                if (!int.TryParse(entry.AsSpan(equals + 1), NumberStyles.None, CultureInfo.InvariantCulture, out weight) || weight is < 1 or > MaxWeight)
                {
                    return $"has the entry '{entry}'; a weight is 1 to {MaxWeight}";
                }
            }

            queues.Add((name, weight));
        }

        plan = new QueuePlan([.. queues], weights > 0);
        return null;
    }

    /// <summary>The queues in the order in which the next claim serves them; <see langword="null"/>: all queues. With weights a queue comes first as often as
    /// its weight's share says.</summary>
    public IReadOnlyList<string>? Next()
    {
        if (queues.Length == 0)
        {
            return null;
        }

        var order = queues.Select(queue => queue.Name).ToArray();
        if (weighted)
        {
            // Efraimidis and Spirakis: sorting by log(u)/w draws without replacement in proportion to w.
            var keys = queues.Select(queue => -Math.Log(1 - Random.Shared.NextDouble()) / queue.Weight).ToArray();
            Array.Sort(keys, order);
        }

        return order;
    }
}
