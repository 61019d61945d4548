using LLama.Native;

namespace DecodeAlign.Benchmarks;

/// <summary>What llama.cpp is told about its context. Which is quickest depends on model, batch and machine, so that a few calls decide before each contest.</summary>
/// <param name="Flash">Flash attention.</param>
/// <param name="Unified">One KV buffer for all sequences, or one for each.</param>
/// <param name="Half">Keys and values in 16 bits.</param>
internal sealed record LlamaSettings(bool Flash, bool Unified, bool Half)
{
    /// <summary>Keys and values as exact as ours, to check that both compute the same.</summary>
    public static LlamaSettings Exact { get; } = new(false, true, false);

    public GGMLType Kv => Half ? GGMLType.GGML_TYPE_F16 : GGMLType.GGML_TYPE_F32;

    /// <summary>All that can be told apart with so many sequences.</summary>
    public static IEnumerable<LlamaSettings> All(int sequences) =>
        from flash in (bool[])[false, true]
        from unified in sequences > 1 ? (bool[])[true, false] : [true]
        from half in (bool[])[false, true]
        select new LlamaSettings(flash, unified, half);

    public override string ToString() => $"{(Flash ? "flash" : "no flash")}, {(Unified ? "unified" : "split")} KV in {(Half ? "f16" : "f32")}";
}
