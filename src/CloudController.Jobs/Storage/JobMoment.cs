using System.Text.Json;
using System.Text.Json.Serialization;

namespace CloudController.Jobs.Storage;

/// <summary>What of a job changes over its life, as it stood at one moment. Stores keep it with a run that its holder ended, so that the same action
/// sent again gets the same answer.</summary>
/// <param name="Lifecycle">Its life.</param>
/// <param name="UpdatedAt">When it had last changed.</param>
/// <param name="Progress">The last progress it had reported.</param>
/// <param name="Warnings">How many warnings it had: they are only ever added to.</param>
internal sealed record JobMoment(JobLifecycle Lifecycle, DateTimeOffset UpdatedAt, JobProgress? Progress, int Warnings)
{
    /// <summary>The job as it stands.</summary>
    public static byte[] Of(Job job) => JsonSerializer.SerializeToUtf8Bytes(
        new JobMoment(job.Lifecycle, job.UpdatedAt, job.Progress, job.Warnings.Count), JobMomentJson.Default.JobMoment);

    /// <summary>The job as it stood then.</summary>
    /// <param name="job">The job as it is now.</param>
    /// <param name="moment">What <see cref="Of"/> wrote.</param>
    public static Job Restore(Job job, ReadOnlySpan<byte> moment)
    {
        var then = JsonSerializer.Deserialize(moment, JobMomentJson.Default.JobMoment) ?? throw new InvalidDataException("A run's moment is empty.");
        return job with
        {
            Lifecycle = then.Lifecycle,
            UpdatedAt = then.UpdatedAt,
            Progress = then.Progress,
            Warnings = [.. job.Warnings.Take(then.Warnings)],
        };
    }
}

/// <summary>How moments are kept.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(JobMoment))]
internal sealed partial class JobMomentJson : JsonSerializerContext;
