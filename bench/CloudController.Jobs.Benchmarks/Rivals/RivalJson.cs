using System.Text.Json;
using System.Text.Json.Serialization;

namespace CloudController.Jobs.Benchmarks.Rivals;

/// <summary>Writes each measurement as a line of JSON, as soon as it is there.</summary>
internal sealed class RivalJson : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private readonly StreamWriter lines;

    public RivalJson(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        lines = new StreamWriter(Path, append: false);
    }

    public string Path { get; }

    public async Task WriteAsync(RivalCase one, int repetition, RivalOutcome outcome)
    {
        await lines.WriteLineAsync(JsonSerializer.Serialize(new Line(repetition + 1, one, outcome), Options));
        await lines.FlushAsync();
    }

    public ValueTask DisposeAsync() => lines.DisposeAsync();

    private sealed record Line(int Repetition, RivalCase Case, RivalOutcome Outcome);
}
