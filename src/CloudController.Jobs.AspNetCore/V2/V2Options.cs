using Microsoft.Extensions.Options;

namespace CloudController.Jobs.AspNetCore.V2;

/// <summary>How <c>GET /v2/jobs/:guid</c> answers: section <c>Jobs</c>.</summary>
public sealed class V2Options
{
    /// <summary>The answer for a guid that is not held: <c>finished</c>, as Cloud Controller has it and by default, or <c>notFound</c>:
    /// 404.</summary>
    public string UnknownGuid { get; set; } = "finished";

    /// <summary>Whether it asks for a token: <c>none</c>, the default, or <c>required</c>.</summary>
    public string V2Authentication { get; set; } = "none";

    internal bool HidesUnknownGuids => UnknownGuid.Equals("finished", StringComparison.OrdinalIgnoreCase);

    internal bool RequiresToken => V2Authentication.Equals("required", StringComparison.OrdinalIgnoreCase);
}

internal sealed class V2OptionsValidator : IValidateOptions<V2Options>
{
    public ValidateOptionsResult Validate(string? name, V2Options options)
    {
        if (!options.HidesUnknownGuids && !options.UnknownGuid.Equals("notFound", StringComparison.OrdinalIgnoreCase))
            return ValidateOptionsResult.Fail($"Jobs:UnknownGuid is '{options.UnknownGuid}'; it can be finished or notFound.");

        return options.RequiresToken || options.V2Authentication.Equals("none", StringComparison.OrdinalIgnoreCase)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Jobs:V2Authentication is '{options.V2Authentication}'; it can be none or required.");
    }
}
