namespace DecodeAlign.Decoding;

/// <summary>A setting that was given and does nothing.</summary>
/// <param name="Name">Its name, such as <c>lookahead</c>.</param>
/// <param name="Reason">Why, such as <c>with λ = 0 the heuristics are not consulted</c>.</param>
public sealed record IdleSetting(string Name, string Reason)
{
    /// <summary>The name as an option of a command line.</summary>
    public string OptionName => DecoderSetting.OptionOf(Name);
}
