using System.Text.Json;
using System.Text.Unicode;
using CloudController.Jobs.AspNetCore.Errors;
using CloudController.Jobs.AspNetCore.V3.Listing;
using CloudController.Jobs.AspNetCore.V3.Submitting;
using CloudController.Jobs.Storage;
using Microsoft.AspNetCore.Http;

namespace CloudController.Jobs.AspNetCore.V3.Waiting;

/// <summary>Reads the body of a wait: <c>{guids | label_selector, until, seconds}</c>; by default until all have ended, for 30 seconds.</summary>
internal sealed class WaitBody
{
    /// <summary>For how many jobs one request can wait.</summary>
    public const int MaxJobs = 1_000;

    private const int Limit = 128 * 1024;
    private const int MaxSelector = 16_000;
    private const int DefaultSeconds = 30;
    private const int MaxSeconds = 60;

    private static readonly JsonReaderOptions Shallow = new() { MaxDepth = 8 };
    private static readonly FieldSet Fields = new("guids", "label_selector", "until", "seconds");

    private readonly FieldErrors errors = new();
    private List<Guid>? guids;
    private string? selector;
    private IReadOnlyList<LabelRequirement> labels = [];
    private WaitUntil until = WaitUntil.All;
    private int seconds = DefaultSeconds;

    public static async Task<(WaitRequest? Wait, CloudControllerProblem? Problem)> ReadAsync(HttpRequest request)
    {
        if (RequestBody.WhyNot(request, Limit) is { } refused)
            return (null, refused);

        if (await RequestBody.ReadAsync(request, Limit) is not { } body)
            return (null, RequestBody.TooLarge(Limit));

        using (body)
            return new WaitBody().Read(body.Bytes);
    }

    private (WaitRequest? Wait, CloudControllerProblem? Problem) Read(ReadOnlySpan<byte> json)
    {
        try
        {
            if (!Utf8.IsValid(json))
                throw new JsonException();

            var reader = new Utf8JsonReader(json, Shallow);
            reader.Read();
            if (JsonValues.IsObject(ref reader, "The request body", errors))
                ReadFields(ref reader);

            reader.Read();
        }
        catch (JsonException)
        {
            return (null, CloudControllerProblem.MessageParseError("invalid request body"));
        }

        return errors.Any
            ? (null, CloudControllerProblem.Unprocessable(errors.ToDetail()))
            : (new WaitRequest(guids, labels, until, TimeSpan.FromSeconds(seconds)), null);
    }

    private void ReadFields(ref Utf8JsonReader reader)
    {
        var fields = new ObjectFields(Fields, "", errors);
        while (fields.Next(ref reader, out var field))
        {
            switch (Fields.NameOf(field))
            {
                case "guids":
                    ReadGuids(ref reader);
                    break;
                case "label_selector":
                    ReadSelector(ref reader);
                    break;
                case "until":
                    ReadUntil(ref reader);
                    break;
                default:
                    seconds = JsonValues.Integer(ref reader, "seconds", errors, 1, MaxSeconds) ?? DefaultSeconds;
                    break;
            }
        }

        if (!errors.Any && guids is null == selector is null)
            errors.Add("Either guids or label_selector is required");
    }

    private void ReadGuids(ref Utf8JsonReader reader)
    {
        guids = [];
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            errors.Add("guids", $"must be an array of 1 to {MaxJobs} guids");
            reader.Skip();
            return;
        }

        var count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            // What is no guid names no job.
            var guid = Guid.Empty;
            if (JsonValues.Text(ref reader, $"guids[{count}]", errors, 1, JobGuid.Length) is { } text && !JobGuid.TryParse(text, out guid))
                errors.Add($"guids[{count}]", "is not a guid of a job of yours");

            guids.Add(guid);
            count++;
        }

        if (count is 0 or > MaxJobs)
            errors.Add("guids", $"must be an array of 1 to {MaxJobs} guids");
    }

    private void ReadSelector(ref Utf8JsonReader reader)
    {
        selector = JsonValues.Text(ref reader, "label_selector", errors, 1, MaxSelector);
        if (selector is not null && LabelSelector.WhyNot(selector, out labels) is { } whyNot)
            errors.Add(whyNot);
    }

    private void ReadUntil(ref Utf8JsonReader reader)
    {
        var text = reader.TokenType == JsonTokenType.String && JsonText.TryRead(ref reader, out var read) ? read : null;
        switch (text)
        {
            case "all":
                until = WaitUntil.All;
                break;
            case "any":
                until = WaitUntil.Any;
                break;
            case "first_failure":
                until = WaitUntil.FirstFailure;
                break;
            default:
                errors.Add("until", "must be 'all', 'any' or 'first_failure'");
                reader.Skip();
                break;
        }
    }
}
