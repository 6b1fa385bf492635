namespace CloudController.Jobs;

/// <summary>Labels, by which jobs can be selected, and annotations, which are only kept.</summary>
public sealed record JobMetadata(IReadOnlyList<KeyValuePair<string, string>> Labels, IReadOnlyList<KeyValuePair<string, string>> Annotations)
{
    /// <summary>Neither labels nor annotations.</summary>
    public static JobMetadata None { get; } = new([], []);
}
