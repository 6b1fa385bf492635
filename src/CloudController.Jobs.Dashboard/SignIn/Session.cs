namespace CloudController.Jobs.Dashboard.SignIn;

/// <summary>One sign-in of one browser.</summary>
/// <param name="Id">By which its forms are told from others'.</param>
/// <param name="ExpiresAt">When to sign in again, at the latest: the token may end sooner.</param>
/// <param name="Token">The bearer token it was signed in with, which is checked anew at every request: one that is withdrawn ends the session.</param>
internal sealed record Session(Guid Id, DateTimeOffset ExpiresAt, string Token);
