namespace CloudController.Jobs;

/// <summary>A submitter's name for a submission, and what was submitted under it.</summary>
/// <param name="Value">1 to 255 printable ASCII characters; keys of different owners have nothing to do with each other.</param>
/// <param name="Fingerprint">SHA-256 over the submission as JSON values, so that another submission under the same key is refused.</param>
public sealed record IdempotencyKey(string Value, ReadOnlyMemory<byte> Fingerprint);
