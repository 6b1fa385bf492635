using System.Buffers;
using System.Text.Json;

namespace CloudController.Jobs.Cli.Torture;

/// <summary>What a trial came to.</summary>
/// <param name="Plan">What was asked for.</param>
/// <param name="Balance">The ledger's.</param>
/// <param name="Kills">How often a node was killed.</param>
/// <param name="Cuts">How many connections were cut.</param>
internal sealed record TortureResult(TorturePlan Plan, Balance Balance, int Kills, long Cuts)
{
    public bool IsClean => Balance.Violations.Count == 0;

    /// <summary>Its figures, by name, in the order in which they are shown.</summary>
    public IEnumerable<(string Name, long Value)> Figures =>
    [
        ("accepted", Balance.Accepted),
        ("finished", Balance.Finished),
        ("lost", Balance.Lost),
        ("ended_twice", Balance.EndedTwice),
        ("stale_results_refused", Balance.StaleResultsRefused),
        ("other_violations", Balance.Violations.Count(violation => violation.Promise == Promise.AsSaid)),
        ("nodes_killed", Kills),
        ("connections_cut", Cuts),
        ("submits_sent_again", Balance.SentAgain),
        ("runs_taken_back", Balance.RunsTakenBack),
        ("effects", Balance.Effects),
        ("effects_repeated", Balance.Repeated),
    ];

    /// <summary>The document of <c>ccjobs torture --json</c>, with what it was made under.</summary>
    public ReadOnlyMemory<byte> ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (name, value) in Figures)
                json.WriteNumber(name, value);

            json.WriteStartObject("settings");
            json.WriteString("store", Plan.Store.IsShared ? "postgres" : "sqlite");
            json.WriteNumber("nodes", Plan.Nodes);
            json.WriteNumber("minutes", Plan.Length.TotalMinutes);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
