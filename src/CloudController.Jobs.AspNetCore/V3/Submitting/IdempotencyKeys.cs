using Microsoft.AspNetCore.Http;

namespace CloudController.Jobs.AspNetCore.V3.Submitting;

/// <summary>How idempotency keys are spelt, and the header that brings one.</summary>
internal static class IdempotencyKeys
{
    public const string Header = "Idempotency-Key";
    public const string Rule = "must be 1 to 255 printable ASCII characters";

    private const int MaxLength = 255;

    public static bool IsKey(string text) => text.Length is >= 1 and <= MaxLength && !text.AsSpan().ContainsAnyExceptInRange(' ', '~');

    /// <summary>The key that a request brings; <see langword="null"/>: none.</summary>
    /// <returns>Whether the header, if there is one, is a key.</returns>
    public static bool TryRead(IHeaderDictionary headers, out string? key)
    {
        key = null;
        if (!headers.TryGetValue(Header, out var values))
            return true;

        if (values is not [{ } only] || !IsKey(only))
            return false;

        key = only;
        return true;
    }
}
