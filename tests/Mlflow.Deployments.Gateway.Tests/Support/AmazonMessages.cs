using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Mlflow.Deployments.Gateway.Tests.Support;

/// <summary>Writes messages of Amazon's event stream.</summary>
internal static class AmazonMessages
{
    public static byte[] Event(string type, string payload) => Encode([(":message-type", "event"), (":event-type", type)], payload);

    public static byte[] Exception(string type, string payload) => Encode([(":message-type", "exception"), (":exception-type", type)], payload);

    public static byte[] Encode((string Name, string Value)[] headers, string payload)
    {
        using var block = new MemoryStream();
        foreach ((string name, string value) in headers)
        {
            block.WriteByte((byte)name.Length);
            block.Write(Encoding.UTF8.GetBytes(name));
            block.Write([7, (byte)(value.Length >> 8), (byte)value.Length]);
            block.Write(Encoding.UTF8.GetBytes(value));
        }

        return Encode(block.ToArray(), Encoding.UTF8.GetBytes(payload));
    }

    public static byte[] Encode(byte[] headers, byte[] payload)
    {
        var message = new byte[16 + headers.Length + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(message, message.Length);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), headers.Length);
        headers.CopyTo(message, 12);
        payload.CopyTo(message, 12 + headers.Length);
        return Seal(message);
    }

    /// <summary>Writes both checksums anew.</summary>
    public static byte[] Seal(byte[] message)
    {
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(8), Crc32.HashToUInt32(message.AsSpan(0, 8)));
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(message.Length - 4), Crc32.HashToUInt32(message.AsSpan(0, message.Length - 4)));
        return message;
    }
}
