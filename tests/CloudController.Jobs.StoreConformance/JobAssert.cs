namespace CloudController.Jobs.StoreConformance;

/// <summary>Compares jobs by what they hold; lists and bytes in records compare by reference.</summary>
internal static class JobAssert
{
    public static void Same(Job expected, Job actual)
    {
        Assert.Equal(WithoutLists(expected), WithoutLists(actual));
        Same(expected.Lifecycle, actual.Lifecycle);
        Assert.Equal(expected.Metadata.Labels, actual.Metadata.Labels);
        Assert.Equal(expected.Metadata.Annotations, actual.Metadata.Annotations);
        Assert.Equal(expected.Callbacks, actual.Callbacks);
        Assert.Equal(expected.Warnings, actual.Warnings);
        Assert.Equal(expected.Arguments.ToArray(), actual.Arguments.ToArray());
        Assert.Equal(expected.Result.ToArray(), actual.Result.ToArray());
    }

    public static void Same(JobLifecycle expected, JobLifecycle actual)
    {
        Assert.Equal(expected with { Errors = [] }, actual with { Errors = [] });
        Assert.Equal(expected.Errors, actual.Errors);
    }

    private static Job WithoutLists(Job job) => job with
    {
        Metadata = JobMetadata.None,
        Callbacks = [],
        Warnings = [],
        Arguments = default,
        Result = default,
        Lifecycle = job.Lifecycle with { Errors = [] },
    };
}
