namespace DecodeAlign.Decoding;

/// <summary>What the reasons tell.</summary>
public static class FinishReasons
{
    /// <summary>Whether the text's last id is an end-of-sequence token: the model chose it, or the constraints allowed nothing else.</summary>
    public static bool IsEndOfSequence(this FinishReason reason) => reason is FinishReason.Eos or FinishReason.Constraint;
}
