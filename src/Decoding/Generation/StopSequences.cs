using System.Text;

namespace DecodeAlign.Decoding;

/// <summary>Tells where a stop sequence has appeared in the generated text, also across tokens.</summary>
internal sealed class StopSequences
{
    private readonly IReadOnlyList<string> _texts;
    private readonly byte[][] _sequences;
    private readonly PathState<State>? _states;

    public StopSequences(IReadOnlyList<string> sequences, GenerationContext context)
    {
        _texts = sequences;
        _sequences = [.. sequences.Select(Encoding.UTF8.GetBytes)];
        if (_sequences.Length == 0) return;
        var tail = _sequences.Max(sequence => sequence.Length) - 1;
        _states = new(context, new([], false), (state, _, bytes) => Advance(state, bytes, tail));
    }

    public bool AppearsAt(int node) => _states is not null && _states.At(node).Seen;

    /// <summary>The text before the first stop sequence.</summary>
    public string Cut(string text) => Cut(text, _texts);

    /// <summary>The text before the first of some stop sequences.</summary>
    public static string Cut(string text, IReadOnlyList<string> sequences)
    {
        var end = text.Length;
        foreach (var sequence in sequences)
        {
            var at = text.IndexOf(sequence, StringComparison.Ordinal);
            if (at >= 0) end = Math.Min(end, at);
        }
        return text[..end];
    }

    private State Advance(State state, ReadOnlySpan<byte> bytes, int tail)
    {
        byte[] text = [.. state.Tail, .. bytes];
        var seen = state.Seen;
        foreach (var sequence in _sequences) seen |= text.AsSpan().IndexOf(sequence) >= 0;
        return new(text.Length > tail ? text[^tail..] : text, seen);
    }

    private readonly record struct State(byte[] Tail, bool Seen);
}
