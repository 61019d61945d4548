using DecodeAlign.Models;
using DecodeAlign.Remote;

namespace DecodeAlign.Cli;

/// <summary>Models that a server runs: <c>--model http://…</c>.</summary>
internal static class ServerAddress
{
    /// <summary>The environment variable with the bearer key: not an option, which every process on the machine could read.</summary>
    public const string KeyVariable = "DECODEALIGN_API_KEY";

    /// <summary>The address that a <c>--model</c> names; null: it names none.</summary>
    /// <exception cref="UsageException">It is a broken one, or holds a password.</exception>
    public static Uri? Find(string? model)
    {
        if (model is null || !(model.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || model.StartsWith("https://", StringComparison.OrdinalIgnoreCase))) return null;
        if (!Uri.TryCreate(model, UriKind.Absolute, out var address)) throw new UsageException($"--model: '{model}' is no address; one is http://localhost:8080");
        return address.UserInfo.Length == 0 ? address : throw new UsageException($"--model: an address must not hold a password; give a key by the variable {KeyVariable}");
    }

    public static Task<RemoteModel> ConnectAsync(Uri address, string tokenizer, IReadOnlyList<ITokenizerFormat> formats, CancellationToken cancellationToken) =>
        RemoteModel.ConnectAsync(address, tokenizer, new() { ApiKey = Environment.GetEnvironmentVariable(KeyVariable) is { Length: > 0 } key ? key : null }, formats, cancellationToken);
}
