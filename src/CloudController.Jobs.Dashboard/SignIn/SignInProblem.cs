using Microsoft.AspNetCore.Http;

namespace CloudController.Jobs.Dashboard.SignIn;

/// <summary>Why a sign-in came to nothing, as the sign-in page says it.</summary>
/// <param name="StatusCode">Of the answer.</param>
/// <param name="Sentence">What happened, and what to do.</param>
internal sealed record SignInProblem(int StatusCode, string Sentence)
{
    public static SignInProblem TokenRefused { get; } = new(StatusCodes.Status401Unauthorized, "This token isn't valid here.");

    public static SignInProblem ForeignForm { get; } =
        new(StatusCodes.Status400BadRequest, "The form did not come from this page. Try again here.");

    public static SignInProblem NotBegunHere { get; } = new(
        StatusCodes.Status400BadRequest, "This sign-in was not begun in this browser, or it took longer than ten minutes. Begin it again here.");

    public static SignInProblem Denied { get; } =
        new(StatusCodes.Status401Unauthorized, "The sign-in was broken off at the issuer, or it does not let you in.");

    public static SignInProblem RefusedByIssuer { get; } =
        new(StatusCodes.Status401Unauthorized, "The issuer refused the sign-in. Begin it again here; if that does not help, the server's log has its reason.");

    public static SignInProblem UnfitToken { get; } = new(
        StatusCodes.Status401Unauthorized, "The issuer knows you, but the access token that it gave is not one that this API takes. Its operator has to see to that.");

    public static SignInProblem IssuerOutOfReach { get; } = new(
        StatusCodes.Status502BadGateway, "The issuer can't be reached now, or does not answer as it should. Try again in a moment.");
}
