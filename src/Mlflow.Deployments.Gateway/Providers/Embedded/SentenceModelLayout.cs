namespace Mlflow.Deployments.Gateway.Providers.Embedded;

/// <summary>The constants of the model file, shared by the converter that writes it and the reader.</summary>
/// <remarks>
/// <para>Layout; every number is little endian:</para>
/// <code>
/// file    magic "USELITE8", int32 version
///         int32 pieces, then for each piece in the order of its token id: one byte length, UTF-8 text, float64 score
///         matrix token table (a row a token id)
///         vector frequencies of the timing signal
///         layer  0, layer 1
///         matrix + vector of the pooled output (tanh)
///         32 bytes SHA-256 of everything before
/// layer   vector + vector   scale and bias of the norm before the attention
///         matrix + vector   query, key and value in one
///         matrix + vector   attention output
///         matrix + vector   residual projection; layer 0 only, where the width grows
///         vector + vector   scale and bias of the norm before the feed-forward part
///         matrix + vector   up to the hidden width (ReLU)
///         matrix + vector   down again
/// matrix  int32 rows, int32 columns, float32 scale of each row, int8 values row by row;
///         a row holds the weights of one output: weight = scale of the row × value
/// vector  int32 length, float32 values
/// </code>
/// </remarks>
internal static class SentenceModelLayout
{
    /// <summary>The version this code reads and writes.</summary>
    public const int Version = 1;

    /// <summary>The rows of the token table; the last two belong to no piece.</summary>
    public const int TokenRows = 8002;

    /// <summary>The width of a token vector.</summary>
    public const int EmbeddingWidth = 256;

    /// <summary>The width of a sentence vector, and of a token after layer 0.</summary>
    public const int OutputWidth = 512;

    /// <summary>The width inside the feed-forward part.</summary>
    public const int HiddenWidth = 1536;

    /// <summary>The number of token ids that are not text; the first of them stands for unknown characters.</summary>
    public const int ReservedPieces = 6;

    /// <summary>The length of the SHA-256 at the end of the file, in bytes.</summary>
    public const int ChecksumLength = 32;

    /// <summary>The first bytes of every model file.</summary>
    public static ReadOnlySpan<byte> Magic => "USELITE8"u8;
}
