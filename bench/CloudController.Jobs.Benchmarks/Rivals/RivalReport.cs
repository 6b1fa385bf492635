using System.Globalization;
using CloudController.Jobs.Benchmarks.Measuring;
using CloudController.Jobs.Benchmarks.Rivals.Own;

namespace CloudController.Jobs.Benchmarks.Rivals;

/// <summary>Prints what was measured as Markdown.</summary>
internal static class RivalReport
{
    /// <summary>What is asked of the whole, met or missed, first; then a table a kind.</summary>
    public static void Write(RivalResults results, IReadOnlyList<RivalCase> cases, TextWriter output)
    {
        WriteAsked(results, output);
        WriteRates(results, cases, CaseKind.Enqueue, "Submitting: jobs a second, each caller waiting until its job is kept", output);
        WriteRates(results, cases, CaseKind.Process, "Running: jobs a second, from the start of the workers until none is left", output);
        WritePickups(results, cases, output);
    }

    private static void WriteAsked(RivalResults results, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine("### What was asked");
        output.WriteLine();
        output.WriteLine("| what | min / **median** / max | asked for | |");
        output.WriteLine("| --- | ---: | --- | --- |");
        var thousands = RivalPlan.Of(CaseKind.Process, Rival.Ours, "2000");
        Ratio("run, up to 1,000 at once / plain, 1,000 at once", thousands, RivalPlan.Of(CaseKind.Process, Rival.Plain, PlainQueue.Thousands), 0.70);
        Ratio("run, up to 100 at once / plain, 100 at once", RivalPlan.Of(CaseKind.Process, Rival.Ours, "200"),
            RivalPlan.Of(CaseKind.Process, Rival.Plain, PlainQueue.Hundreds), 0.70);
        Ratio("run, up to 1,000 at once / graphile-worker in batches", thousands,
            RivalPlan.Of(CaseKind.Process, Rival.GraphileWorker, "batched"), 1.20);
        var submits = RivalPlan.Of(CaseKind.Enqueue, Rival.Ours, callers: 64);
        Ratio("submits of 64 callers / plain, grouped", submits, RivalPlan.Of(CaseKind.Enqueue, Rival.Plain, PlainQueue.Grouped, 64), 0.60);
        Ratio("submits of 64 callers / BullMQ, appendfsync always", submits,
            RivalPlan.Of(CaseKind.Enqueue, Rival.BullMq, callers: 64, fsync: "always"), 2.50);
        Ratio("submits in bulk / plain unnest", RivalPlan.Of(CaseKind.Enqueue, Rival.Ours, batch: 1_000),
            RivalPlan.Of(CaseKind.Enqueue, Rival.Plain, batch: 1_000), 0.60);
        var pickups = results.Of(RivalPlan.Of(CaseKind.Pickup, Rival.Ours));
        Milliseconds("pickup from another process, p50 ms", [.. pickups.Select(outcome => outcome.P50)], 1);
        Milliseconds("pickup from another process, p99 ms", [.. pickups.Select(outcome => outcome.P99)], 3);
        var beside = results.Of(RivalPlan.Of(CaseKind.Pickup, Rival.GraphileWorker));
        Milliseconds("graphile-worker's p50 ms, beside it", [.. beside.Select(outcome => outcome.P50)], null);
        Milliseconds("graphile-worker's p99 ms, beside it", [.. beside.Select(outcome => outcome.P99)], null);
        output.Flush();

        void Ratio(string what, RivalCase one, RivalCase other, double least)
        {
            var ratios = results.Ratios(one, other);
            if (ratios.Count > 0)
                Row(what, ratios, $"at least {Number(least)}", Spread.Of(ratios).Median >= least);
        }

        void Milliseconds(string what, IReadOnlyList<double> values, double? most)
        {
            if (values.Count > 0)
                Row(what, values, most is { } asked ? $"under {Number(asked)}" : "", Spread.Of(values).Median < most);
        }

        void Row(string what, IReadOnlyList<double> values, string asked, bool isMet) =>
            output.WriteLine($"| {what} | {Spread.Of(values)} | {asked} | {(asked.Length == 0 ? "" : isMet ? "met" : "**missed**")} |");
    }

    private static void WriteRates(RivalResults results, IReadOnlyList<RivalCase> cases, CaseKind kind, string title, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"### {title}");
        output.WriteLine();
        output.WriteLine("| what | system | settings | n | min / **median** / max | cores busy | WAL bytes a job |");
        output.WriteLine("| --- | --- | --- | ---: | ---: | ---: | ---: |");
        foreach (var one in cases.Where(one => one.Kind == kind))
        {
            var outcomes = results.Of(one);
            var (rates, cores, wal) = outcomes.Count == 0 ? (results.FailureOf(one) ?? "", "", "") : (
                $"{Spread.Of([.. outcomes.Select(outcome => outcome.PerSecond)])}",
                Number(Spread.Of([.. outcomes.Select(outcome => outcome.Cores)]).Median),
                outcomes[0].WalBytes is null ? "" : Whole(Spread.Of([.. outcomes.Select(outcome => outcome.WalBytes ?? 0)]).Median));
            output.WriteLine($"| {one.What} | {Rival.Of(one.Rival).Title} | {one.Settings} | {Jobs(one, outcomes)} | {rates} | {cores} | {wal} |");
        }

        output.Flush();
    }

    private static void WritePickups(RivalResults results, IReadOnlyList<RivalCase> cases, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine("### Pickup: milliseconds from the return of the submission to the first line of the handler in another process");
        output.WriteLine();
        output.WriteLine("| system | settings | n | p50: min / **median** / max | p99: min / **median** / max | worst |");
        output.WriteLine("| --- | --- | ---: | ---: | ---: | ---: |");
        foreach (var one in cases.Where(one => one.Kind == CaseKind.Pickup))
        {
            var outcomes = results.Of(one);
            var (p50, p99, worst) = outcomes.Count == 0 ? (results.FailureOf(one) ?? "", "", "") : (
                $"{Spread.Of([.. outcomes.Select(outcome => outcome.P50)])}", $"{Spread.Of([.. outcomes.Select(outcome => outcome.P99)])}",
                Number(outcomes.Max(outcome => outcome.Pickups[^1])));
            var how = one.Once ? $"{one.Settings} (one repetition)" : one.Settings;
            output.WriteLine($"| {Rival.Of(one.Rival).Title} | {how} | {Jobs(one, outcomes)} | {p50} | {p99} | {worst} |");
        }

        output.Flush();
    }

    private static string Jobs(RivalCase one, IReadOnlyList<RivalOutcome> outcomes) => Whole(outcomes.Count == 0 ? one.Jobs : outcomes[0].Jobs);

    private static string Whole(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString(value < 100 ? "0.00" : "N0", CultureInfo.InvariantCulture);
}
