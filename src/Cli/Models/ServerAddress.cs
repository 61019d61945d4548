using System.Globalization;
using DecodeAlign.Models;
using DecodeAlign.Remote;

namespace DecodeAlign.Cli;

/// <summary>Models that a server runs: <c>--model http://…</c>.</summary>
internal static class ServerAddress
{
    /// <summary>The environment variable with the bearer key: not an option, which every process on the machine could read.</summary>
    public const string KeyVariable = "DECODEALIGN_API_KEY";

    private static string? Key => Environment.GetEnvironmentVariable(KeyVariable) is { Length: > 0 } key ? key : null;

    /// <summary>The address that an option names; null: it names none.</summary>
    /// <param name="model">What the option says.</param>
    /// <param name="option">The option, for messages.</param>
    /// <exception cref="UsageException">It is a broken one, or holds a password.</exception>
    public static Uri? Find(string? model, string option = "--model")
    {
        if (model is null || !(model.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || model.StartsWith("https://", StringComparison.OrdinalIgnoreCase))) return null;
        if (!Uri.TryCreate(model, UriKind.Absolute, out var address)) throw new UsageException($"{option}: '{model}' is no address; one is http://localhost:8080");
        return address.UserInfo.Length == 0 ? address : throw new UsageException($"{option}: an address must not hold a password; give a key by the variable {KeyVariable}");
    }

    public static Task<RemoteModel> ConnectAsync(Uri address, string tokenizer, IReadOnlyList<ITokenizerFormat> formats, CancellationToken cancellationToken) =>
        RemoteModel.ConnectAsync(address, tokenizer, new() { ApiKey = Key }, formats, cancellationToken);

    /// <summary>The reward that a server computes, for <c>--reward http://…</c>: a path of classify, score or pooling says what it is asked by.</summary>
    /// <exception cref="UsageException">The output is no number.</exception>
    public static RemoteReward Reward(Uri address, string? output)
    {
        var number = 0;
        if (output is not null && !(int.TryParse(output, NumberStyles.None, CultureInfo.InvariantCulture, out number))) throw new UsageException($"--reward {address}: outputs of a server have numbers, from 0; '{output}' is none");
        var path = address.AbsolutePath.TrimEnd('/');
        var named = Enum.GetValues<RewardEndpoint>().Where(endpoint => path.EndsWith($"/{endpoint}", StringComparison.OrdinalIgnoreCase)).ToList();
        var server = named.Count == 0 ? address : new(address.GetLeftPart(UriPartial.Authority) + path[..path.LastIndexOf('/')]);
        return new(server, new() { Endpoint = named.FirstOrDefault(), Output = number, Server = new() { ApiKey = Key } });
    }
}
