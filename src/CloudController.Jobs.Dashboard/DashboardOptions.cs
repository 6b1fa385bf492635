namespace CloudController.Jobs.Dashboard;

/// <summary>How people sign in at the issuer's own page: section <c>Dashboard</c>. The issuer is <c>Auth:Authority</c>.</summary>
public sealed class DashboardOptions
{
    /// <summary>As what the issuer knows the dashboard: a client of the authorization code flow, whose redirect url is
    /// <c>/dashboard/sign-in/callback</c> below the address that people use. By default none: then only tokens sign in.</summary>
    public string? ClientId { get; set; }

    /// <summary>The client's secret, if the issuer gave it one. By default none, as for a public client: a sign-in is proved with PKCE in either case.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>What the issuer is asked for; by default (that is, where it is empty) <c>openid</c> and every scope of <c>cloud_controller</c> that pages know.
    /// With <c>openid</c> among them the issuer must send an ID token, which is checked.</summary>
    public IList<string> Scopes { get; } = [];

    /// <summary>How many times longer than usual a page may take and the issuer is waited for: tests run where the machine stands still for seconds.</summary>
    internal int Patience { get; set; } = 1;
}
