namespace CloudController.Jobs.AspNetCore.Auth;

/// <summary>Scopes as tokens carry them.</summary>
public static class ScopeNames
{
    /// <summary>Reads any job whose guid it holds, and lists its own.</summary>
    public const string Read = "cloud_controller.read";

    /// <summary>Submits, and acts on its own jobs.</summary>
    public const string Write = "cloud_controller.write";

    /// <summary>Reads everything.</summary>
    public const string AdminReadOnly = "cloud_controller.admin_read_only";

    /// <summary>Reads everything.</summary>
    public const string GlobalAuditor = "cloud_controller.global_auditor";

    /// <summary>May do everything.</summary>
    public const string Admin = "cloud_controller.admin";

    /// <summary>Leases jobs.</summary>
    public const string Worker = "ccjobs.worker";
}
