namespace DecodeAlign.Models;

/// <summary>The two orders in which formats keep a head's rows: pairs that turn together half a head apart (ours), or side by side.</summary>
internal static class RotaryOrder
{
    /// <summary>Where the order of neighbouring pairs keeps a row of ours.</summary>
    public static int Neighbouring(int row, int headSize)
    {
        var (head, place) = Math.DivRem(row, headSize);
        var half = headSize / 2;
        return head * headSize + (place < half ? 2 * place : 2 * (place - half) + 1);
    }
}
