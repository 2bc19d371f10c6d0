using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Mlflow.Deployments.Gateway.Providers.Upstream;

/// <summary>
/// One message of Amazon's event stream. Prelude: length of the message, length of its headers, CRC of both. Then headers, payload, and the CRC
/// of all before it. Numbers are big-endian.
/// </summary>
internal readonly ref struct AmazonMessage
{
    private const int PreludeLength = 12;
    private const int ChecksumLength = 4;

    /// <summary>The limits of the format itself.</summary>
    private const int MaxLength = 24 * 1024 * 1024;
    private const int MaxHeaderLength = 128 * 1024;

    private AmazonMessage(string messageType, string type, string? errorMessage, ReadOnlySpan<byte> payload)
    {
        MessageType = messageType;
        Type = type;
        ErrorMessage = errorMessage;
        Payload = payload;
    }

    /// <summary><c>event</c>, <c>exception</c> or <c>error</c>.</summary>
    public string MessageType { get; }

    /// <summary>The name of the event, of the exception, or the code of the error.</summary>
    public string Type { get; }

    /// <summary>The text of an error that has no payload.</summary>
    public string? ErrorMessage { get; }

    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>The length of the message that begins here; null while its prelude is not there.</summary>
    /// <exception cref="ProviderException">These are not the first bytes of a message.</exception>
    public static int? LengthAt(ReadOnlySpan<byte> bytes, ProviderCall call)
    {
        if (bytes.Length < PreludeLength)
        {
            return null;
        }

        // Checked before it is believed: a length that is wrong would make us wait for bytes that never come.
        if (Crc32.HashToUInt32(bytes[..8]) != BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]))
        {
            throw UpstreamFailures.Unreadable(call, "the checksum of a message's prelude is wrong");
        }

        uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        uint headerLength = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        if (length is < PreludeLength + ChecksumLength or > MaxLength
            || headerLength > Math.Min(MaxHeaderLength, length - PreludeLength - ChecksumLength))
        {
            throw UpstreamFailures.Unreadable(call, "a message has a length that cannot be");
        }

        return (int)length;
    }

    /// <param name="bytes">The whole message, of the length that <see cref="LengthAt"/> told.</param>
    /// <param name="call">What it answers.</param>
    /// <exception cref="ProviderException">The message is damaged.</exception>
    public static AmazonMessage Read(ReadOnlySpan<byte> bytes, ProviderCall call)
    {
        if (Crc32.HashToUInt32(bytes[..^ChecksumLength]) != BinaryPrimitives.ReadUInt32BigEndian(bytes[^ChecksumLength..]))
        {
            throw UpstreamFailures.Unreadable(call, "the checksum of a message is wrong");
        }

        int headerLength = BinaryPrimitives.ReadInt32BigEndian(bytes[4..]);
        ReadOnlySpan<byte> headers = bytes.Slice(PreludeLength, headerLength);
        string messageType = "event", type = "";
        string? errorMessage = null;
        while (!headers.IsEmpty)
        {
            (string name, string? value) = ReadHeader(ref headers, call);
            switch (name)
            {
                case ":message-type":
                    messageType = value ?? "";
                    break;
                case ":event-type" or ":exception-type" or ":error-code":
                    type = value ?? "";
                    break;
                case ":error-message":
                    errorMessage = value;
                    break;
            }
        }
        return new AmazonMessage(messageType, type, errorMessage, bytes[(PreludeLength + headerLength)..^ChecksumLength]);
    }

    /// <returns>The value of a text; null for a value of another type, which nobody asks for.</returns>
    private static (string Name, string? Value) ReadHeader(ref ReadOnlySpan<byte> headers, ProviderCall call)
    {
        string name = Encoding.UTF8.GetString(Take(ref headers, Take(ref headers, 1, call)[0], call));
        byte type = Take(ref headers, 1, call)[0];
        int length = type switch
        {
            0 or 1 => 0, // true, false
            2 => 1,
            3 => 2,
            4 => 4,
            5 or 8 => 8, // a number, a time
            6 or 7 => BinaryPrimitives.ReadUInt16BigEndian(Take(ref headers, 2, call)), // bytes, a text
            9 => 16,
            _ => throw UpstreamFailures.Unreadable(call, "a message has a header of a type that is not known"),
        };
        ReadOnlySpan<byte> value = Take(ref headers, length, call);
        return (name, type == 7 ? Encoding.UTF8.GetString(value) : null);
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> bytes, int count, ProviderCall call)
    {
        if (count > bytes.Length)
        {
            throw UpstreamFailures.Unreadable(call, "the headers of a message are cut off");
        }

        ReadOnlySpan<byte> taken = bytes[..count];
        bytes = bytes[count..];
        return taken;
    }
}
