namespace CloudController.Jobs.AspNetCore.Callbacks;

/// <summary>How callbacks are signed: section <c>Callbacks</c>.</summary>
internal sealed class CallbackOptions
{
    /// <summary>What every owner's secret is derived from, 16 characters or more and the same on all nodes; by default made once for each store, and
    /// kept there.</summary>
    public string? SigningKey { get; set; }
}
