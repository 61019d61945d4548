using DecodeAlign.Models;

namespace DecodeAlign.Torch;

/// <summary>What descriptions can say that this engine does not compute, and no known checkpoint needs.</summary>
internal static class Unsupported
{
    /// <exception cref="NotSupportedException">The model needs it; the message names it.</exception>
    public static void Refuse(TransformerDescription d)
    {
        if (d.Rope is not { } rope) return;
        var turned = rope.TurnedOf(d.HeadSize);
        if (d.WindowRope is { } window && window.TurnedOf(d.HeadSize) != turned) Refuse(d, "rotary positions of another part of a head in layers with a window");
        if (turned % 2 != 0 || d.HeadSize % 2 != 0) Refuse(d, $"rotary positions in heads of an odd size, {d.HeadSize}");
    }

    private static void Refuse(TransformerDescription d, string name) =>
        throw new NotSupportedException($"{d.Architecture}: the TorchSharp engine does not compute {name}; the managed engine does (leave out --device)");
}
