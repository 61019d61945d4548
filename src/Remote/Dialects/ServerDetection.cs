namespace DecodeAlign.Remote;

/// <summary>Tells which kind of server answers at an address.</summary>
internal static class ServerDetection
{
    /// <exception cref="NotSupportedException">It is none that tells log-probabilities by token ids.</exception>
    public static async Task<Dialect> FindAsync(ServerClient client, int vocabularySize, string? model, CancellationToken cancellationToken)
    {
        if (await client.FindAsync("props", LlamaCppJson.Default.LlamaCppProps, cancellationToken).ConfigureAwait(false) is { DefaultGenerationSettings: not null } props) return new LlamaCppDialect(client, vocabularySize, props);
        if (await client.FindAsync("get_model_info", SglangJson.Default.SglangModelInfo, cancellationToken).ConfigureAwait(false) is { ModelPath: not null } info) return new SglangDialect(client, vocabularySize, info);
        if (await client.FindAsync("version", VllmJson.Default.VllmVersion, cancellationToken).ConfigureAwait(false) is { Version: { } version }
            && await client.FindAsync("v1/models", VllmJson.Default.VllmModels, cancellationToken).ConfigureAwait(false) is { Data: { Length: > 0 } models }) return new VllmDialect(client, vocabularySize, version, Choose(client, models, model));
        throw new NotSupportedException(
            $"{client.Address}: this is none of the servers that tell log-probabilities by token ids (llama.cpp, SGLang, vLLM). Over a server of texts alone, such as OpenAI's or Ollama's, best-of-N and RPS choose among whole answers through IChatClient; a search needs token ids");
    }

    private static VllmModel Choose(ServerClient client, VllmModel[] models, string? name) =>
        name is null ? models[0] : Array.Find(models, model => model.Id == name) ?? throw new ArgumentException($"{client.Address}: the server has no model '{name}'; it has {string.Join(", ", models.Take(8).Select(model => model.Id))}", nameof(name));
}
