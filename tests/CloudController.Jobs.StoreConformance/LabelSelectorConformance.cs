using CloudController.Jobs.Storage;

namespace CloudController.Jobs.StoreConformance;

/// <summary>Label selectors as Cloud Controller has them (facts §5 and §9).</summary>
public abstract class LabelSelectorConformance(IStoreFixture fixture) : StoreConformance(fixture)
{
    [Theory]
    [InlineData(LabelMatch.Exists, new string[0], new[] { "prod", "test", "empty" })]
    [InlineData(LabelMatch.Absent, new string[0], new[] { "none" })]
    [InlineData(LabelMatch.In, new[] { "prod" }, new[] { "prod" })]
    [InlineData(LabelMatch.In, new[] { "prod", "test", "dev" }, new[] { "prod", "test" })]
    [InlineData(LabelMatch.In, new[] { "" }, new[] { "empty" })]
    [InlineData(LabelMatch.In, new[] { "PROD" }, new string[0])]
    [InlineData(LabelMatch.NotIn, new[] { "prod" }, new[] { "test", "empty", "none" })]
    [InlineData(LabelMatch.NotIn, new[] { "prod", "test" }, new[] { "empty", "none" })]
    public async Task A_requirement_selects_and_not_in_also_what_lacks_the_key(LabelMatch match, string[] values, string[] expected)
    {
        var jobs = new Dictionary<string, Guid>
        {
            ["prod"] = await SubmitAsync(Labelled(("example.com/env", "prod"), ("tier", "web"))),
            ["test"] = await SubmitAsync(Labelled(("example.com/env", "test"))),
            ["empty"] = await SubmitAsync(Labelled(("example.com/env", ""))),
            ["none"] = await SubmitAsync(Labelled(("env", "prod"))),
        };

        var selected = await ListAsync(new JobFilter { Labels = [new LabelRequirement("example.com/env", match, values)] });

        Assert.Equal(expected.Select(name => jobs[name]), selected);
    }

    [Fact]
    public async Task All_requirements_must_hold()
    {
        var match = await SubmitAsync(Labelled(("env", "prod"), ("tier", "web")));
        await SubmitAsync(Labelled(("env", "prod"), ("tier", "db")));
        await SubmitAsync(Labelled(("env", "test"), ("tier", "web")));
        await SubmitAsync(Labelled(("env", "prod"), ("tier", "web"), ("old", "")));

        Assert.Equal([match], await ListAsync(new JobFilter
        {
            Labels =
            [
                new LabelRequirement("env", LabelMatch.In, ["prod"]),
                new LabelRequirement("tier", LabelMatch.NotIn, ["db"]),
                new LabelRequirement("old", LabelMatch.Absent, []),
            ],
        }));
    }

    [Fact]
    public async Task Two_requirements_on_one_key_both_hold()
    {
        await SubmitAsync(Labelled(("env", "prod")));
        var test = await SubmitAsync(Labelled(("env", "test")));

        Assert.Equal([test], await ListAsync(new JobFilter
        {
            Labels = [new LabelRequirement("env", LabelMatch.Exists, []), new LabelRequirement("env", LabelMatch.NotIn, ["prod"])],
        }));
    }

    [Fact]
    public async Task Fifty_requirements_may_be_given()
    {
        var labels = Enumerable.Range(0, 50).Select(number => ($"key-{number}", "v")).ToArray();
        var match = await SubmitAsync(Labelled(labels));
        await SubmitAsync(Labelled(labels[..49]));

        Assert.Equal([match], await ListAsync(new JobFilter
        {
            Labels = [.. labels.Select(label => new LabelRequirement(label.Item1, LabelMatch.In, ["v"]))],
        }));
    }

    [Fact]
    public async Task Labels_select_within_the_owner_s_jobs_only()
    {
        var own = await SubmitAsync(Labelled(("env", "prod")));
        await SubmitAsync(Labelled(("env", "prod")) with { Owner = Some.OtherOwner });

        Assert.Equal([own], await ListAsync(new JobFilter { Owner = Some.Owner, Labels = [new LabelRequirement("env", LabelMatch.Exists, [])] }));
    }

    [Fact]
    public async Task A_deleted_job_s_labels_select_nothing_any_more()
    {
        var job = await SubmitAsync(Labelled(("env", "prod")));
        await Store.CancelAsync(job, Cancellation);
        await Store.DeleteAsync(job, Cancellation);

        Assert.Empty(await ListAsync(new JobFilter { Labels = [new LabelRequirement("env", LabelMatch.Exists, [])] }));
    }

    private NewJob Labelled(params (string Key, string Value)[] labels) => SomeJob() with { Metadata = Some.Labels(labels) };
}
