using System.Security.Cryptography;
using Mlflow.Deployments.ModelConverter;

const string ExpectedSha256 = "4a425dd9f9e81c32a937e0090ee68e88ba18f4c629531b2d5d970d664af675ea";

if (args is not [var packageFolder, var outputPath])
{
    await Console.Error.WriteLineAsync("usage: dotnet run -- <unpacked npm package> <output file>");
    return 2;
}

TfjsPackage package = TfjsPackage.Open(packageFolder);
byte[] model = ModelWriter.Write(package);
string sha256 = Convert.ToHexStringLower(SHA256.HashData(model));
await Console.Out.WriteLineAsync($"{TfjsPackage.Name} {TfjsPackage.Version}: {model.Length} bytes, SHA-256 {sha256}");
if (sha256 != ExpectedSha256)
{
    await Console.Error.WriteLineAsync($"Expected SHA-256 {ExpectedSha256}: nothing was written.");
    await Console.Error.WriteLineAsync("The package or the converter is not the one the gateway was tested with.");
    return 1;
}

await File.WriteAllBytesAsync(outputPath, model);
return 0;
