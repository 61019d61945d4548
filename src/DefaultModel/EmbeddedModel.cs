namespace DecodeAlign.DefaultModel;

/// <summary>Where the embedded model lies: a folder in Hugging Face layout that is copied beside every program that references this assembly. Safe for concurrent use.</summary>
public static class EmbeddedModel
{
    private const string FolderName = "decodealign-model";

    /// <summary>Full path of the folder, whether or not it is there.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, FolderName);

    /// <summary>Whether the model was built in.</summary>
    public static bool Exists => File.Exists(Path.Combine(Folder, "config.json"));
}
