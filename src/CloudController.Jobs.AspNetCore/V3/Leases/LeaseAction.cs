using System.Buffers;
using System.Text.Json;
using CloudController.Jobs.AspNetCore.Errors;
using CloudController.Jobs.AspNetCore.V3.Submitting;
using CloudController.Jobs.Leasing;
using CloudController.Jobs.Storage;

namespace CloudController.Jobs.AspNetCore.V3.Leases;

/// <summary>What a worker does to end a lease, as its body says.</summary>
/// <param name="End">How the run ended.</param>
/// <param name="Fingerprint">Of the action and what its body says.</param>
internal sealed record LeaseAction(RunEnd End, byte[] Fingerprint)
{
    public const string Complete = "complete";
    public const string Fail = "fail";
    public const string PollAgain = "poll_again";
    public const string Release = "release";

    /// <summary>Largest result of a job, in bytes.</summary>
    public const int MaxResultBytes = 1_048_576;

    public static CloudControllerProblem ResultTooLarge { get; } =
        CloudControllerProblem.RequestTooLarge with { Arguments = [$"result can have at most {MaxResultBytes} bytes"] };

    /// <summary>UTF-8 JSON that a finished run leaves.</summary>
    public ReadOnlyMemory<byte> Result { get; init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What really happened, for administrators.</summary>
    public string? Detail { get; init; }

    public LeaseEnd For(LeaseKey lease) => new(lease, End, Fingerprint)
    {
        Result = Result,
        Report = Warnings.Count == 0 ? RunReport.None : new RunReport(null, Warnings, null),
        Detail = Detail,
    };
}

/// <summary>The fields that an action was given, to tell whether it is the same when it is sent again.</summary>
internal sealed class GivenFields(string action)
{
    private readonly List<(string Name, byte[] Json)> given = [];

    public void Add(string name, ReadOnlySpan<byte> json) => given.Add((name, json.ToArray()));

    public byte[] Fingerprint()
    {
        var whole = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(whole))
        {
            writer.WriteStartObject();
            writer.WriteString("action"u8, action);
            foreach (var (name, json) in given)
            {
                writer.WritePropertyName(name);
                writer.WriteRawValue(json, skipInputValidation: true);
            }

            writer.WriteEndObject();
        }

        return CanonicalJson.Fingerprint(whole.WrittenSpan);
    }
}
