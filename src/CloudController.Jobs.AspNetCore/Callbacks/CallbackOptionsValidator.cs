using Microsoft.Extensions.Options;

namespace CloudController.Jobs.AspNetCore.Callbacks;

internal sealed class CallbackOptionsValidator : IValidateOptions<CallbackOptions>
{
    // An owner knows a secret that is derived from the key: a key that can be guessed gives away everyone's.
    private const int Shortest = 16;

    // Of the key itself nothing is shown.
    public ValidateOptionsResult Validate(string? name, CallbackOptions options) => options.SigningKey is { Length: < Shortest } tooShort
        ? ValidateOptionsResult.Fail(
            FormattableString.Invariant($"Callbacks:SigningKey has {tooShort.Length} characters; it can be any text of {Shortest} or more, at random."))
        : ValidateOptionsResult.Success;
}
