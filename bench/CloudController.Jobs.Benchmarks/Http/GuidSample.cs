namespace CloudController.Jobs.Benchmarks.Http;

/// <summary>Every nth of many guids, for the load program to ask for.</summary>
internal sealed class GuidSample(int every)
{
    private readonly List<Guid> guids = [];
    private int offered;

    public void Offer(Guid guid)
    {
        if (offered++ % every == 0)
            guids.Add(guid);
    }

    public void Write(string path) => File.WriteAllLines(path, guids.Select(guid => guid.ToString()));
}
