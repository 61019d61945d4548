namespace DecodeAlign.Models;

/// <summary>A model in the cache.</summary>
/// <param name="Id">Its name, with the branch or tag it was fetched by, or the commit.</param>
/// <param name="Commit">The commit.</param>
/// <param name="Folder">Its folder, which can be run by path.</param>
/// <param name="Bytes">Length of its files together.</param>
public sealed record CachedModel(HubModelId Id, string Commit, string Folder, long Bytes);

/// <summary>
/// The hub's cache on this machine, in its own layout: <c>models--ORG--NAME</c> with <c>refs</c> (a branch's commit), <c>snapshots</c> (a commit's files, as links) and <c>blobs</c> (their
/// content by hash). Reads only; safe for concurrent calls.
/// </summary>
public sealed class HubCache
{
    private const int MaxModels = 10_000;
    private const int MaxFiles = 10_000;

    private readonly HubOptions _options;

    /// <summary>Opens the cache, which need not exist.</summary>
    /// <param name="options">Where it is; null: as the environment says.</param>
    public HubCache(HubOptions? options = null) => _options = options ?? HubOptions.FromEnvironment();

    /// <summary>The path of a model that is named by path or by its name on the hub; the path itself where there is a folder or a GGUF file at it.</summary>
    /// <param name="pathOrName">A path, or <c>ORG/NAME</c> with or without <c>@REVISION</c>.</param>
    /// <exception cref="DirectoryNotFoundException">There is neither; the message says how to get it.</exception>
    public string Resolve(string pathOrName)
    {
        ArgumentException.ThrowIfNullOrEmpty(pathOrName);
        if (ModelFolder.Exists(pathOrName)) return pathOrName;
        if (File.Exists(pathOrName)) throw new DirectoryNotFoundException($"{pathOrName}: is a file, but no .gguf; name the model's folder");
        if (!HubModelId.TryParse(pathOrName, out var id)) throw new DirectoryNotFoundException($"{pathOrName}: there is no such folder");
        return Find(id) ?? throw new DirectoryNotFoundException($"{pathOrName}: there is no such folder, and no such model in the hub's cache ({_options.CacheFolder}); to download it: decodealign pull {id}");
    }

    /// <summary>The folder of a model's snapshot; null: it is not there.</summary>
    /// <param name="id">The model.</param>
    public string? Find(HubModelId id)
    {
        ArgumentNullException.ThrowIfNull(id);
        var folder = RepositoryFolder(id);
        var commit = HubModelId.IsCommit(id.Revision) ? id.Revision : ReadRef(Path.Combine(folder, "refs", id.Revision));
        if (commit is null) return null;
        var snapshot = Path.Combine(folder, "snapshots", commit);
        return Directory.Exists(snapshot) ? snapshot : null;
    }

    /// <summary>All models of the cache, by name.</summary>
    public IReadOnlyList<CachedModel> List()
    {
        var found = new List<CachedModel>();
        if (!Directory.Exists(_options.CacheFolder)) return found;
        foreach (var folder in Directory.EnumerateDirectories(_options.CacheFolder, "models--*").Take(MaxModels).Order(StringComparer.Ordinal))
        {
            if (Path.GetFileName(folder).Split("--") is not [_, var organization, var name] || !HubModelId.TryParse($"{organization}/{name}", out var id)) continue;
            var (snapshots, refs) = (Path.Combine(folder, "snapshots"), Path.Combine(folder, "refs"));
            if (!Directory.Exists(snapshots)) continue;
            var names = new Dictionary<string, string>(StringComparer.Ordinal);
            string[] revisions = Directory.Exists(refs) ? [.. Directory.EnumerateFiles(refs, "*", SearchOption.AllDirectories).Take(MaxFiles).Order(StringComparer.Ordinal)] : [];
            foreach (var file in revisions)
                if (ReadRef(file) is { } commit) names.TryAdd(commit, Path.GetRelativePath(refs, file).Replace('\\', '/'));
            foreach (var snapshot in Directory.EnumerateDirectories(snapshots).Take(MaxFiles).Order(StringComparer.Ordinal))
            {
                var commit = Path.GetFileName(snapshot);
                found.Add(new(id with { Revision = names.GetValueOrDefault(commit, commit) }, commit, snapshot, Length(snapshot)));
            }
        }
        return found;
    }

    internal string RepositoryFolder(HubModelId id) => Path.Combine(_options.CacheFolder, $"models--{id.Organization}--{id.Name}");

    private static string? ReadRef(string file) =>
        File.Exists(file) && new FileInfo(file).Length <= 64 && File.ReadAllText(file).Trim() is var commit && HubModelId.IsCommit(commit) ? commit : null;

    private static long Length(string snapshot) => Directory.EnumerateFiles(snapshot, "*", SearchOption.AllDirectories).Take(MaxFiles)
        .Sum(file => new FileInfo(file) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true) is FileInfo { Exists: true } target ? target.Length : 0 : new FileInfo(file).Length);
}
