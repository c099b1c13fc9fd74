namespace Consortium.Scoring;

/// <summary>The interface's description, which is part of the program.</summary>
internal static class OpenApiDocument
{
    public static byte[] Bytes()
    {
        using Stream stream = typeof(OpenApiDocument).Assembly.GetManifestResourceStream("openapi.json")
            ?? throw new InvalidOperationException("openapi.json is not in the program.");
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
