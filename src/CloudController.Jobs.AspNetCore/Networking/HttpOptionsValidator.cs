using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.AspNetCore.Networking;

/// <summary>Refuses hosts that could never match, so that a typing error is seen at start and not as refused jobs.</summary>
/// <param name="section">Section <c>Http</c>, where a single value instead of a list would else be overlooked.</param>
internal sealed class HttpOptionsValidator(IConfiguration section) : IValidateOptions<HttpOptions>
{
    private const string Allowed = "a host name, '*.' and a host name, an IP address, or '*', without scheme, port or path";

    public ValidateOptionsResult Validate(string? name, HttpOptions options)
    {
        if (section[nameof(HttpOptions.AllowedHosts)] is { Length: > 0 } single)
        {
            return ValidateOptionsResult.Fail(
                $"Http:AllowedHosts is '{single}'; it is a list: write Http:AllowedHosts:0, Http:AllowedHosts:1 and so on.");
        }

        for (var i = 0; i < options.AllowedHosts.Count; i++)
        {
            if (!AllowedHosts.IsValid(options.AllowedHosts[i]))
                return ValidateOptionsResult.Fail($"Http:AllowedHosts:{i} is '{options.AllowedHosts[i]}'; it can be {Allowed}.");
        }

        return ValidateOptionsResult.Success;
    }
}
