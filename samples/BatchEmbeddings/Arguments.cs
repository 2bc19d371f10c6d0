namespace BatchEmbeddings;

/// <summary>The sample's command line.</summary>
internal static class Arguments
{
    public static bool TryRead(string[] args, out string? target, out string? file)
    {
        (target, file) = (null, null);
        for (var i = 0; i + 1 < args.Length; i += 2)
        {
            switch (args[i])
            {
                case "--target":
                    target = args[i + 1];
                    break;
                case "--file":
                    file = args[i + 1];
                    break;
                default:
                    return false;
            }
        }

        return args.Length % 2 == 0;
    }
}
