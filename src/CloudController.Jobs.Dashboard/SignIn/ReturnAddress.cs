namespace CloudController.Jobs.Dashboard.SignIn;

/// <summary>Where to go after a sign-in.</summary>
internal static class ReturnAddress
{
    private const int MaxLength = 2_000; // which a cookie holds, sealed

    /// <summary>A path of this server, which no browser takes for another host; nothing else.</summary>
    /// <param name="to">What is asked for, by whomever.</param>
    /// <param name="otherwise">Where to go instead.</param>
    public static string Inside(string to, string otherwise) =>
        to is ['/', ..] && to.Length <= MaxLength && (to.Length == 1 || to[1] is not ('/' or '\\'))
            && !to.AsSpan().ContainsAnyExceptInRange('!', '~') && !to.Contains('\\')
            ? to
            : otherwise;
}
