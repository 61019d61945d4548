namespace DecodeAlign.Models;

/// <summary>A file of a model on the hub.</summary>
/// <param name="Path">Its path in the repository.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Hash">Its name in the cache: the SHA-256 of a large file, git's SHA-1 of a small one.</param>
/// <param name="IsLarge">Whether it is a large file.</param>
internal sealed record HubFile(string Path, long Bytes, string Hash, bool IsLarge);

/// <summary>What a download would fetch.</summary>
public sealed record HubPlan
{
    internal HubPlan(HubModelId id, string commit, IReadOnlyList<HubFile> files, long bytesPresent) => (Id, Commit, Files, BytesPresent) = (id, commit, files, bytesPresent);

    /// <summary>The model.</summary>
    public HubModelId Id { get; }

    /// <summary>The commit that its revision stands for.</summary>
    public string Commit { get; }

    /// <summary>Number of files.</summary>
    public int FileCount => Files.Count;

    /// <summary>Length of all files.</summary>
    public long Bytes => Files.Sum(file => file.Bytes);

    /// <summary>How much of that is there already, whole files and parts of others.</summary>
    public long BytesPresent { get; }

    internal IReadOnlyList<HubFile> Files { get; }
}

/// <summary>How far a download is.</summary>
/// <param name="Bytes">Bytes that are there.</param>
/// <param name="Total">Bytes of all files.</param>
public readonly record struct HubProgress(long Bytes, long Total);
