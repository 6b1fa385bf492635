using CloudController.Jobs.Benchmarks.Measuring;

namespace CloudController.Jobs.Benchmarks.Stores;

/// <summary>The same work done plainly and by the store, several times.</summary>
internal sealed class Pair(string what)
{
    private readonly List<Rate> plain = [];
    private readonly List<Rate> store = [];

    public void Add(Rate plainly, Rate byStore)
    {
        plain.Add(plainly);
        store.Add(byStore);
    }

    public void Show(ResultTable table, string target)
    {
        table.Add($"{what}: plain", "/s", [.. plain.Select(rate => rate.PerSecond)]);
        table.Add($"{what}: store", "/s", [.. store.Select(rate => rate.PerSecond)]);
        table.Add($"{what}: ratio", "", [.. store.Zip(plain, (own, bare) => own.PerSecond / bare.PerSecond)], target);
        table.Add($"{what}: plain", "us of processor", [.. plain.Select(rate => rate.CpuMicrosecondsEach)]);
        table.Add($"{what}: store", "us of processor", [.. store.Select(rate => rate.CpuMicrosecondsEach)]);
    }
}
