namespace CloudController.Jobs.AspNetCore.V3.Submitting;

/// <summary>The jobs of a bulk, of which those that have the same key of their own and are the same are one job.</summary>
/// <param name="Distinct">What is submitted.</param>
/// <param name="Places">For each job of the bulk, in order, its place in what is submitted.</param>
/// <param name="Conflict">The first job whose key another one has for something else.</param>
internal sealed record Bulk(IReadOnlyList<NewJob> Distinct, IReadOnlyList<int> Places, int? Conflict)
{
    /// <param name="jobs">The jobs; those that share a key by reference share that of the whole bulk, and are jobs of their own.</param>
    public static Bulk Of(IReadOnlyList<NewJob> jobs)
    {
        var distinct = new List<NewJob>(jobs.Count);
        var places = new List<int>(jobs.Count);
        var byKey = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var index = 0; index < jobs.Count; index++)
        {
            if (jobs[index].Key is { } key && byKey.TryGetValue(key.Value, out var place) && !ReferenceEquals(distinct[place].Key, key))
            {
                if (!distinct[place].Key!.Fingerprint.Span.SequenceEqual(key.Fingerprint.Span))
                    return new Bulk(distinct, places, index);

                places.Add(place);
                continue;
            }

            if (jobs[index].Key is { } own)
                byKey[own.Value] = distinct.Count;

            places.Add(distinct.Count);
            distinct.Add(jobs[index]);
        }

        return new Bulk(distinct, places, null);
    }

    /// <summary>The first job of the bulk that became this one of those submitted.</summary>
    public int FirstPlaceOf(int distinct)
    {
        for (var index = 0; index < Places.Count; index++)
        {
            if (Places[index] == distinct)
                return index;
        }

        return distinct;
    }
}
