using CloudController.Jobs.AspNetCore.Pages;
using CloudController.Jobs.Dashboard.Visits;
using Microsoft.AspNetCore.Http;

namespace CloudController.Jobs.Dashboard.SignIn;

internal static class SignInPage
{
    /// <param name="root">Where the dashboard is.</param>
    /// <param name="to">Where to go afterwards.</param>
    /// <param name="issuer">On whose page one can sign in, too; <see langword="null"/>: on none.</param>
    /// <param name="problem">Why the last try failed; <see langword="null"/>: there was none.</param>
    public static Html Of(string root, string to, string? issuer, SignInProblem? problem)
    {
        Html fault = problem is null ? Html.None : $"""<p class="notice bad" role="alert" id="problem">{problem.Sentence}</p>""";
        var invalid = problem == SignInProblem.TokenRefused ? Invalid() : Html.None;
        Html elsewhere = issuer is null
            ? Html.None
            : $"""
                <p><a class="button primary" href="{root}/sign-in/issuer{QueryString.Create("to", to).ToUriComponent()}">Sign in with {issuer}</a></p>
                <p class="muted">Or with a token:</p>
                """;
        return Layout.Bare(root, "Sign in", $"""
            <main class="sign-in card">
            <h1>Sign in</h1>
            {fault}
            {elsewhere}
            <p class="muted">With the bearer token that you use for the API. It decides what you see, and is kept in an encrypted cookie of this browser for twelve hours at most.</p>
            <form method="post" action="{root}/sign-in" class="stack">
            <input type="hidden" name="to" value="{to}">
            <label for="token">Token</label>
            <input id="token" name="token" type="password" autocomplete="current-password" required autofocus spellcheck="false"{invalid}>
            <button class="primary">Sign in</button>
            </form>
            <p class="small muted">A server that made its own token keeps it in the file <code>admin-token</code> of its data directory.</p>
            </main>
            """);
    }

    private static Html Invalid() => $""" aria-invalid="true" aria-describedby="problem" """;
}
