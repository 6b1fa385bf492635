using CloudController.Jobs.Errors;
using CsCheck;

namespace CloudController.Jobs.Tests.Errors;

public sealed class ErrorCatalogTests
{
    [Fact]
    public void The_unknown_error_is_the_seeds()
    {
        // seed/retrieve-job-error-message.txt: the one error without CF-.
        Assert.Equal(new JobError(10001, "UnknownError", "An unknown error occurred."), JobError.Unknown);
    }

    [Theory]
    // The sentences that clients compare (facts §4, the table of cases).
    [InlineData("InvalidAuthToken", 1000, 401, "Invalid Auth Token")]
    [InlineData("NotAuthenticated", 10002, 401, "Authentication error")]
    [InlineData("NotAuthorized", 10003, 403, "You are not authorized to perform the requested action")]
    [InlineData("InsufficientScope", 10007, 403, "Your token lacks the necessary scopes to access this resource.")]
    [InlineData("NotFound", 10000, 404, "Unknown request")]
    [InlineData("MessageParseError", 1001, 400, "Request invalid due to parse error: %s")]
    [InlineData("BadQueryParameter", 10005, 400, "The query parameter is invalid: %s")]
    [InlineData("UnprocessableEntity", 10008, 422, "%s")]
    [InlineData("ResourceNotFound", 10010, 404, "%s")]
    [InlineData("ServiceUnavailable", 10015, 503, "%s")]
    [InlineData("JobTimeout", 290006, 524, "The job execution has timed out.")]
    public void Sentences_that_clients_compare_are_Cloud_Controllers(string name, int code, int status, string message)
    {
        Assert.True(ErrorCatalog.BuiltIn.TryFind(name, out var entry));
        Assert.Equal(new CatalogEntry(code, name, status, message), entry);
    }

    [Theory]
    // Contract §3; the three statuses of HTTP errors are HTTP's own.
    [InlineData("JobCancelled", 900001, 422)]
    [InlineData("JobExpired", 900002, 422)]
    [InlineData("JobDependencyFailed", 900003, 422)]
    [InlineData("JobWorkerLost", 900004, 500)]
    [InlineData("LeaseLost", 900005, 409)]
    [InlineData("MethodNotAllowed", 900006, 405)]
    [InlineData("RequestTooLarge", 900007, 413)]
    [InlineData("UnsupportedMediaType", 900008, 415)]
    public void Our_own_entries_begin_at_900000(string name, int code, int status)
    {
        Assert.True(ErrorCatalog.BuiltIn.TryFind(name, out var entry));
        Assert.Equal((code, status), (entry.Code, entry.HttpStatus));
    }

    [Fact]
    public void No_other_entry_of_ours_exists()
    {
        Assert.Equal(Enumerable.Range(900001, 8), ErrorCatalog.BuiltIn.Entries.Select(entry => entry.Code).Where(code => code >= 900000).Order());
    }

    [Fact]
    public void Each_name_of_ours_shares_no_code_with_another()
    {
        Assert.All(ErrorCatalog.BuiltIn.Entries.Where(entry => entry.Code >= 900000), entry =>
        {
            Assert.True(ErrorCatalog.BuiltIn.TryFindCode(entry.Code, out var found));
            Assert.Equal(entry, found);
        });
    }

    [Fact]
    public void A_filled_error_has_CF_before_its_name()
    {
        Assert.True(ErrorCatalog.BuiltIn.TryCreate("MessageParseError", ["invalid request body"], out var error, out var whyNot));
        Assert.Null(whyNot);
        Assert.Equal(new JobError(1001, "CF-MessageParseError", "Request invalid due to parse error: invalid request body"), error);
    }

    [Theory]
    [InlineData("JobTimeout", new[] { "x" }, "'JobTimeout' takes 0 arguments, not 1.")]
    [InlineData("MessageParseError", new string[0], "'MessageParseError' takes 1 argument, not 0.")]
    [InlineData("MessageParseError", new[] { "a", "b" }, "'MessageParseError' takes 1 argument, not 2.")]
    [InlineData("NoSuchError", new string[0], "'NoSuchError' is not in the error catalogue.")]
    [InlineData("CF-JobTimeout", new string[0], "'CF-JobTimeout' is not in the error catalogue.")]
    [InlineData("jobtimeout", new string[0], "'jobtimeout' is not in the error catalogue.")]
    public void What_the_catalogue_cannot_fill_is_refused_in_one_sentence(string name, string[] arguments, string expected)
    {
        Assert.False(ErrorCatalog.BuiltIn.TryCreate(name, arguments, out var error, out var whyNot));
        Assert.Equal(expected, whyNot);
        Assert.Same(JobError.Unknown, error);
    }

    [Fact]
    public void A_name_without_end_is_not_repeated_in_full()
    {
        Assert.False(ErrorCatalog.BuiltIn.TryCreate(new string('x', 1_000_000), [], out _, out var whyNot));
        Assert.Equal($"'{new string('x', 128)}…' is not in the error catalogue.", whyNot);
    }

    [Fact]
    public void Any_argument_goes_through_once_and_as_it_is()
    {
        var awkward = Gen.OneOf(Gen.String, Gen.OneOf("%s", "%%", "%1$s", "{0}", "{name}", "\n", "\r\n", "\u0000", "\ud800", ""));

        awkward.Sample(text =>
        {
            Assert.True(ErrorCatalog.BuiltIn.TryCreate("BadQueryParameter", [text], out var error, out _));
            Assert.Equal("The query parameter is invalid: " + text, error.Detail);
        });
    }

    [Fact]
    public void Errors_that_the_engine_raises_itself_are_ready_made()
    {
        var catalog = ErrorCatalog.BuiltIn;

        // Contract §3 and §4; 290006 is Cloud Controller's.
        Assert.Equal((290006, "CF-JobTimeout"), Seen(WellKnownErrors.JobTimeout(catalog)));
        Assert.Equal((900001, "CF-JobCancelled"), Seen(WellKnownErrors.JobCancelled(catalog)));
        Assert.Equal((900002, "CF-JobExpired"), Seen(WellKnownErrors.JobExpired(catalog)));
        Assert.Equal((900003, "CF-JobDependencyFailed"), Seen(WellKnownErrors.JobDependencyFailed(catalog)));
        Assert.Equal((900004, "CF-JobWorkerLost"), Seen(WellKnownErrors.JobWorkerLost(catalog)));

        static (int, string) Seen(JobError error) => (error.Code, error.Title);
    }
}
