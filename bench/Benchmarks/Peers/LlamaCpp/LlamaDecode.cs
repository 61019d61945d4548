namespace DecodeAlign.Benchmarks;

/// <summary>The work of <see cref="EngineCase"/> on llama.cpp: continuations of one prompt, whose keys and values they share, a token each in a call.</summary>
internal sealed class LlamaDecode : IDisposable
{
    private readonly LlamaSequences _sequences;
    private readonly int[] _prompt;
    private readonly int[] _tokens;
    private readonly int _depth;
    private int _next;

    public LlamaDecode(LlamaModel model, LlamaSettings settings, int[] prompt, int batch, int depth)
    {
        (_prompt, _tokens, _depth) = (prompt, new int[batch], depth);
        _sequences = model.Open(settings, batch, prompt.Length + depth, prompt.Length);
        Prefill();
        for (var i = 1; i < batch; i++) _sequences.Copy(0, i);
        Decode();
    }

    public void Prefill() => _sequences.Prefill(_prompt);

    /// <summary>The next token of every continuation.</summary>
    public void Decode()
    {
        if (_next == 0)
            for (var i = 0; i < _tokens.Length; i++)
            {
                _sequences.Cut(i, _prompt.Length);
                _tokens[i] = i;
            }
        _sequences.Begin();
        for (var i = 0; i < _tokens.Length; i++) _sequences.Add(_tokens[i], _prompt.Length + _next, i);
        _sequences.Decode();
        for (var i = 0; i < _tokens.Length; i++) _tokens[i] = Logits.Best(_sequences.Logits(i));
        _next = (_next + 1) % _depth;
    }

    public void Dispose() => _sequences.Dispose();
}
