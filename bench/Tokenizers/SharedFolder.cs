namespace DecodeAlign.Benchmarks;

/// <summary>Third-party data beside the repository.</summary>
internal static class SharedFolder
{
    /// <summary><c>DECODEALIGN_SHARED_DATA</c>, or <c>shared/data</c> beside a parent of the program; null where there is neither.</summary>
    public static string? Find()
    {
        if (Environment.GetEnvironmentVariable("DECODEALIGN_SHARED_DATA") is { Length: > 0 } named) return named;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Directory.Exists(Path.Combine(folder.FullName, "shared", "data"))) return Path.Combine(folder.FullName, "shared", "data");
        return null;
    }
}
