using CloudController.Jobs.AspNetCore.Pages;

namespace CloudController.Jobs.Dashboard.Visits;

/// <summary>What a visit is answered with.</summary>
internal abstract record Answer
{
    private Answer()
    {
    }

    /// <summary>A page.</summary>
    /// <param name="Section">Which link of the navigation leads to it.</param>
    /// <param name="Title">What it is about.</param>
    /// <param name="Main">What it shows, below its title.</param>
    public sealed record Page(Section Section, string Title, Html Main) : Answer
    {
        /// <summary>200 by default.</summary>
        public int StatusCode { get; init; } = 200;

        /// <summary>What stands in place of the title's heading.</summary>
        public Html Heading { get; init; }

        /// <summary>After how many seconds the page's parts are looked at again; <see langword="null"/>: never.</summary>
        public int? RefreshSeconds { get; init; }

        /// <summary>An event stream that tells of changes at once.</summary>
        public string? Events { get; init; }
    }

    /// <summary>Another page, after a form.</summary>
    /// <param name="Address">Where.</param>
    public sealed record SeeOther(string Address) : Answer;

    /// <summary>Answered already.</summary>
    public sealed record Done : Answer;
}

/// <summary>The links of the navigation.</summary>
internal enum Section
{
    /// <summary>None of them.</summary>
    None,

    Overview,

    Jobs,

    Queues,

    Operations,

    Workers,

    Errors,
}
