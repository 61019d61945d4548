using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace DecodeAlign.Models;

/// <summary>The disk did not take what was written.</summary>
internal sealed class HubDiskException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>Writes one model's files into the cache.</summary>
internal sealed class HubStore(HubOptions options, HubModelId id, string commit)
{
    private readonly string _folder = new HubCache(options).RepositoryFolder(id);

    private string Blobs => Path.Combine(_folder, "blobs");

    private string Snapshot => Path.Combine(_folder, "snapshots", commit);

    /// <summary>How much of a file is there: all of it, or what an earlier download left.</summary>
    public long BytesPresent(HubFile file)
    {
        if (File.Exists(Path.Combine(Blobs, file.Hash)) || new FileInfo(SnapshotPath(file)) is { Exists: true } copy && copy.Length == file.Bytes) return file.Bytes;
        var part = new FileInfo(PartPath(file));
        return part.Exists ? Math.Min(part.Length, file.Bytes) : 0;
    }

    /// <exception cref="IOException">The disk has less space.</exception>
    public void RequireSpace(long bytes)
    {
        Directory.CreateDirectory(Blobs);
        Directory.CreateDirectory(Snapshot);
        var free = options.FreeBytes(_folder);
        if (free < bytes) throw new HubDiskException($"{id}: needs {Size(bytes)}, but only {Size(free)} are free in {options.CacheFolder} (HF_HUB_CACHE names another folder)");
    }

    /// <summary>Opens what is there of a file, to go on from; waits while another process has it open. Null: the file is there.</summary>
    public async Task<HubPart?> OpenAsync(HubFile file, CancellationToken cancellationToken)
    {
        var locks = Path.Combine(options.CacheFolder, ".locks", Path.GetFileName(_folder));
        Directory.CreateDirectory(locks);
        while (true)
        {
            if (File.Exists(Path.Combine(Blobs, file.Hash))) return null;
            if (TryLock(Path.Combine(locks, file.Hash + ".lock")) is { } held)
            {
                try
                {
                    if (!File.Exists(Path.Combine(Blobs, file.Hash))) return new(held, PartPath(file), Path.Combine(Blobs, file.Hash), file, id);
                }
                catch
                {
                    await held.DisposeAsync().ConfigureAwait(false);
                    throw;
                }
                await held.DisposeAsync().ConfigureAwait(false);
                return null;
            }
            await Task.Delay(100, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Gives a file its place in the snapshot.</summary>
    public void Link(HubFile file)
    {
        var path = SnapshotPath(file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (File.Exists(path)) return;
        var target = Path.GetRelativePath(Path.GetDirectoryName(path)!, Path.Combine(Blobs, file.Hash));
        try
        {
            File.Delete(path);
            File.CreateSymbolicLink(path, target);
        }
        catch (IOException) when (File.Exists(path))
        {
            // another process has been quicker
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // a system that does not let the user make links gets a copy, as from the hub's own tools
            File.Copy(Path.Combine(Blobs, file.Hash), path, overwrite: true);
        }
    }

    /// <summary>Notes what the revision stands for; returns the model's folder, or the path of the one file.</summary>
    public string Finish(HubPlan plan)
    {
        if (!HubModelId.IsCommit(id.Revision))
        {
            var reference = Path.Combine(_folder, "refs", id.Revision);
            Directory.CreateDirectory(Path.GetDirectoryName(reference)!);
            var draft = $"{reference}.{Guid.NewGuid():N}";
            File.WriteAllText(draft, commit);
            File.Move(draft, reference, overwrite: true);
        }
        return plan.Files is [{ } only] && only.Path.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) ? SnapshotPath(only) : Snapshot;
    }

    public static string Size(long bytes) => bytes switch
    {
        < 1000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.00} GB"),
    };

    private string SnapshotPath(HubFile file) => Path.Combine([Snapshot, .. file.Path.Split('/')]);

    private string PartPath(HubFile file) => Path.Combine(Blobs, file.Hash + ".incomplete");

    // an exclusive open is the same lock that Python's filelock takes
    private static FileStream? TryLock(string path)
    {
        try
        {
            return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (IOException)
        {
            return null;
        }
    }
}

/// <summary>A file on its way, which no other process writes meanwhile.</summary>
internal sealed class HubPart : IDisposable
{
    private readonly FileStream _lock;
    private readonly FileStream _stream;
    private readonly string _path, _blob;
    private readonly HubFile _file;
    private readonly HubModelId _id;

    public HubPart(FileStream held, string path, string blob, HubFile file, HubModelId id)
    {
        (_lock, _path, _blob, _file, _id) = (held, path, blob, file, id);
        _stream = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, 1 << 16);
        if (_stream.Length > file.Bytes) Clear();
        _stream.Seek(0, SeekOrigin.End);
    }

    public long Length => _stream.Position;

    public void Clear() => _stream.SetLength(0);

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await _stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw new HubDiskException($"{_path}: {e.Message}", e);
        }
    }

    /// <summary>Checks the hash and gives the file its name.</summary>
    /// <exception cref="HubException">The hash is another; what was fetched is thrown away.</exception>
    public void Finish()
    {
        try
        {
            _stream.Flush();
        }
        catch (IOException e)
        {
            throw new HubDiskException($"{_path}: {e.Message}", e);
        }
        _stream.Seek(0, SeekOrigin.Begin);
        var hash = Convert.ToHexStringLower(_file.IsLarge ? SHA256.HashData(_stream) : GitHash());
        if (hash == _file.Hash)
        {
            File.Move(_path, _blob, overwrite: true);
            return;
        }
        Clear();
        throw new HubException($"{_id}: {_file.Path}: the hash of what came is {hash}, the hub says {_file.Hash}; it is thrown away, pull again");
    }

    public void Dispose()
    {
        _stream.Dispose();
        _lock.Dispose();
    }

    // git names a file by the SHA-1 of its length and content
    private byte[] GitHash()
    {
#pragma warning disable CA5350
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
#pragma warning restore CA5350
        hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {_stream.Length}\0")));
        var buffer = new byte[1 << 16];
        for (int read; (read = _stream.Read(buffer)) > 0;) hash.AppendData(buffer, 0, read);
        return hash.GetHashAndReset();
    }
}
