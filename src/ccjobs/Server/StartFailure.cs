using System.Net.Sockets;
using System.Security.Cryptography;
using CloudController.Jobs.Storage;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace CloudController.Jobs.Cli.Server;

/// <summary>Why a server, or another command on its store, did not start: one sentence, without what only a programmer could use.</summary>
internal sealed record StartFailure(string Sentence, int ExitCode)
{
    private const string Certificate =
        "Kestrel:Certificates:Default can't be read; it can be a PEM certificate with KeyPath, or a PKCS#12 file with Password.";

    /// <summary>What an exception comes to; <see langword="null"/> if it is a fault of the program.</summary>
    public static StartFailure? Of(Exception exception) => exception switch
    {
        UsageException => Setting(exception.Message),
        StoreRefusedException => Setting(exception.Message),
        OptionsValidationException invalid => Setting(invalid.Failures.First()),
        StoreInUseException or StoreSchemaException or StoreMovedException => Refused(exception.Message),
        StoreUnavailableException => Refused($"The store can't be used: {exception.Message}"),
        CryptographicException => Setting(Certificate),
        IOException { InnerException: AddressInUseException } => Refused($"Urls: {exception.Message}"),
        SocketException socket => Refused($"Urls can't be listened on: {socket.Message}."),
        AggregateException several => several.InnerExceptions.Select(Of).FirstOrDefault(known => known is not null),
        _ => null,
    };

    private static StartFailure Setting(string sentence) => new(sentence, Cli.ExitCode.Usage);

    private static StartFailure Refused(string sentence) => new(sentence, Cli.ExitCode.Failed);
}
