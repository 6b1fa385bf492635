using System.Text.Json.Serialization;

namespace CloudController.Jobs.Client;

/// <summary>Which jobs to wait for, and how long: either <see cref="Guids"/> or <see cref="LabelSelector"/>.</summary>
public sealed record JobWait
{
    /// <summary>1 to 1,000 jobs.</summary>
    public IReadOnlyList<string>? Guids { get; init; }

    /// <summary>The jobs with these labels, at most 1,000, such as <c>release=42</c>.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>When the wait is over.</summary>
    public WaitUntil Until { get; init; }

    /// <summary>When it is over in any case: 1 to 60 seconds, by default 30.</summary>
    public int Seconds { get; init; } = 30;
}

/// <summary>What a wait for several jobs is for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WaitUntil>))]
public enum WaitUntil
{
    /// <summary>All have ended.</summary>
    [JsonStringEnumMemberName("all")]
    All,

    /// <summary>One has ended.</summary>
    [JsonStringEnumMemberName("any")]
    Any,

    /// <summary>One has failed, or all have ended.</summary>
    [JsonStringEnumMemberName("first_failure")]
    FirstFailure,
}

/// <summary>How the jobs stand that were waited for.</summary>
public sealed record WaitedJobs : ServerDocument
{
    /// <summary>How many are in each of <see cref="StateNames"/>.</summary>
    public required IReadOnlyDictionary<string, int> Counts { get; init; }

    /// <summary>The jobs that have not ended.</summary>
    public required IReadOnlyList<string> Open { get; init; }

    /// <summary>How many have ended.</summary>
    public int Ended => Counts.GetValueOrDefault(StateNames.Complete) + Failed;

    /// <summary>How many have failed, were cancelled or expired.</summary>
    public int Failed => Counts.GetValueOrDefault(StateNames.Failed);
}
