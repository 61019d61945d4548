namespace DecodeAlign.Models;

/// <summary>The end-of-sequence token that a tokenizer's files name, which a config's ids may leave out.</summary>
internal static class EndOfSequence
{
    /// <summary>The description with the id of the folder's <c>eos_token</c> among those that end a text.</summary>
    /// <param name="description">What the config says.</param>
    /// <param name="folder">The model's folder.</param>
    /// <param name="tokenizer">Gives the folder's tokenizer; asked only where a token is named. Null: it has none.</param>
    public static TransformerDescription Add(TransformerDescription description, string folder, Func<Tokenizer?> tokenizer)
    {
        if (FolderConfiguration.Read(folder).SpecialToken("eos_token") is not { Length: > 0 } text) return description;
        if (tokenizer()?.FindToken(text) is not { } id || id >= description.VocabularySize || description.EosIds.Contains(id)) return description;
        return description with { EosIds = [.. description.EosIds.Append(id).Order()] };
    }
}
