using System.Runtime.InteropServices;
using DecodeAlign.Decoding;
using DecodeAlign.Models;

namespace DecodeAlign.Torch;

/// <summary>
/// Answers a pass's reads: log-sum-exp, the most likely tokens and named tokens are found on the device and come to the host in one copy; a whole
/// distribution does so only where a read asks for it. One pass at a time.
/// </summary>
internal sealed class ReadAnswers : IDisposable
{
    private readonly TransformerDescription _d;
    private readonly Linear _head;
    private readonly ReadPlan _plan;
    private readonly Bits _bits;
    private readonly Scalar _nothing = float.NegativeInfinity.ToScalar();
    private readonly Scalar _scale;
    private readonly Scalar _cap;
    private readonly List<Tensor> _results = [];
    private TokenLogProbability[] _order = [];
    private Tensor? _normed;
    private Tensor? _found;

    public ReadAnswers(TransformerDescription description, DeviceWeights weights, torch.Device device)
    {
        _d = description;
        _head = weights.Head;
        _plan = new(description.VocabularySize, device);
        _bits = new(8, ScalarType.Byte, device);
        _scale = (description.LogitCap > 0 ? description.LogitScale / description.LogitCap : description.LogitScale).ToScalar();
        _cap = description.LogitCap.ToScalar();
    }

    /// <summary>Has the device find what is read of the rows, whose normalised activations are given; these are disposed of with the answers.</summary>
    public void Begin(Tensor normed, PassPlan pass, ReadOnlySpan<EvaluationRequest> reads)
    {
        _normed = normed;
        try
        {
            if (_d.RewardCount > 0)
            {
                using var outputs = _head.Apply(normed);
                _found = outputs.to_type(ScalarType.Float32);
                return;
            }
            _plan.Build(pass.ReadRows, pass.Answers, reads);
            foreach (ref readonly var chunk in _plan.Chunks) Compute(normed, chunk);
            _found = torch.cat(CollectionsMarshal.AsSpan(_results));
        }
        catch
        {
            Clear();
            throw;
        }
        finally
        {
            foreach (var result in _results) result.Dispose();
            _results.Clear();
        }
    }

    /// <summary>Waits for what the device found, and answers the reads.</summary>
    /// <exception cref="InvalidOperationException">The logits are not finite.</exception>
    public void End(PassPlan pass, ReadOnlySpan<EvaluationRequest> reads)
    {
        try
        {
            using var host = _found!.cpu();
            ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(host.bytes);
            if (_d.RewardCount > 0) ReadRewards(values, pass, reads);
            foreach (ref readonly var chunk in _plan.Chunks) values = Read(values, chunk, _normed!, pass, reads);
        }
        finally
        {
            Clear();
        }
    }

    public void Dispose()
    {
        Clear();
        _plan.Dispose();
        _bits.Dispose();
        _nothing.Dispose();
        _scale.Dispose();
        _cap.Dispose();
    }

    private void Clear()
    {
        _found?.Dispose();
        _normed?.Dispose();
        _found = _normed = null;
        _plan.Clear();
    }

    private void ReadRewards(ReadOnlySpan<float> values, PassPlan pass, ReadOnlySpan<EvaluationRequest> reads)
    {
        foreach (var (row, read) in pass.Answers)
            if (!reads[read].Rewards.IsEmpty) values.Slice(row * _d.RewardCount, _d.RewardCount).CopyTo(reads[read].Rewards.Span);
    }

    private Tensor Logits(Tensor normed, int firstRow, int rows)
    {
        using var part = normed.narrow(0, firstRow, rows);
        using var outputs = _head.Apply(part);
        var logits = outputs.to_type(ScalarType.Float32);
        if (_d.LogitScale != 1 || _d.LogitCap > 0) logits.mul_(_scale);
        if (_d.LogitCap == 0) return logits;
        logits.tanh_();
        logits.mul_(_cap);
        return logits;
    }

    private void Compute(Tensor normed, in ReadChunk chunk)
    {
        using var logits = Logits(normed, chunk.FirstRow, chunk.Rows);
        _results.Add(logits.logsumexp(-1));
        if (chunk.TopRows.Count > 0) ComputeTop(logits, chunk);
        if (chunk.Named.Count > 0)
        {
            using var indices = _plan.Take(chunk.Named);
            using var flat = logits.view(-1);
            _results.Add(flat.index_select(0, indices));
        }
        if (chunk.Whole.Count == 0) return;
        using var rows = _plan.Take(chunk.Whole);
        using var whole = logits.index_select(0, rows);
        _results.Add(whole.view(-1));
    }

    private void ComputeTop(Tensor logits, in ReadChunk chunk)
    {
        using var asked = chunk.TopIsEveryRow ? logits.alias() : Select(logits, chunk.TopRows);
        using var allowed = chunk.Forbidden.Count > 0 ? Forbid(asked, chunk) : asked.alias();
        if (chunk.Sums) _results.Add(allowed.logsumexp(-1));
        if (chunk.Top == 0) return;
        var (values, tokens) = allowed.topk(chunk.Top);
        using (values)
        using (tokens)
        {
            _results.Add(values.view(-1));
            // ids are below 2²², so exact in f32
            using var ids = tokens.to_type(ScalarType.Float32);
            _results.Add(ids.view(-1));
        }
    }

    private Tensor Select(Tensor logits, Part rows)
    {
        using var indices = _plan.Take(rows);
        return logits.index_select(0, indices);
    }

    private Tensor Forbid(Tensor logits, in ReadChunk chunk)
    {
        using var bytes = _plan.TakeForbidden(chunk.Forbidden);
        using var bits = _bits.Unpack(bytes, chunk.TopRows.Count, _plan.MaskBytes);
        using var forbidden = bits.narrow(1, 0, _d.VocabularySize);
        return logits.masked_fill(forbidden, _nothing);
    }

    private ReadOnlySpan<float> Read(ReadOnlySpan<float> values, in ReadChunk chunk, Tensor normed, PassPlan pass, ReadOnlySpan<EvaluationRequest> reads)
    {
        var normalizers = Next(ref values, chunk.Rows);
        foreach (var normalizer in normalizers)
            if (!float.IsFinite(normalizer)) throw new InvalidOperationException("the model produced logits that are not finite; its weights are damaged or its precision overflowed");
        var sums = Next(ref values, chunk.Sums ? chunk.TopRows.Count : 0);
        var topLogits = Next(ref values, chunk.TopRows.Count * chunk.Top);
        var topTokens = Next(ref values, chunk.TopRows.Count * chunk.Top);
        var named = Next(ref values, chunk.Named.Count);
        var whole = Next(ref values, chunk.Whole.Count * _d.VocabularySize);
        foreach (var (row, index) in pass.Answers.Slice(chunk.FirstAnswer, chunk.Answers))
        {
            ref readonly var read = ref reads[index];
            double normalizer = normalizers[row - chunk.FirstRow];
            if (!read.LogNormalizer.IsEmpty) read.LogNormalizer.Span[0] = normalizer;
            if (ReadPlan.IsMasked(read))
            {
                var sum = Next(ref sums, chunk.Sums ? 1 : 0);
                if (!read.AllowedLogProbability.IsEmpty) read.AllowedLogProbability.Span[0] = read.Allowed is null ? 0 : Math.Min(0, sum[0] - normalizer);
                var top = Next(ref topLogits, chunk.Top);
                var tokens = Next(ref topTokens, chunk.Top);
                if (!read.Top.IsEmpty && !ReadTop(top, tokens, normalizer, read.Top.Span)) ReadTopAgain(normed, row, read);
            }
            Shift(Next(ref named, read.Named.Length), normalizer, read.NamedLogProbabilities.Span);
            if (!read.LogProbabilities.IsEmpty) Shift(Next(ref whole, _d.VocabularySize), normalizer, read.LogProbabilities.Span);
        }
        return values;
    }

    /// <returns>False where equal logits may go on beyond what was taken, so that the lowest ids among them are not known.</returns>
    private bool ReadTop(ReadOnlySpan<float> logits, ReadOnlySpan<float> tokens, double normalizer, Span<TokenLogProbability> top)
    {
        if (_order.Length < logits.Length) _order = new TokenLogProbability[logits.Length];
        var count = 0;
        while (count < logits.Length && !float.IsNegativeInfinity(logits[count])) _order[count] = new((int)tokens[count], logits[count++]);
        if (top.Length < count && count == logits.Length && count < _d.VocabularySize && logits[top.Length - 1] == logits[count - 1]) return false;
        var order = _order.AsSpan(0, count);
        order.Sort(static (a, b) => a.LogProbability != b.LogProbability ? b.LogProbability.CompareTo(a.LogProbability) : a.Token.CompareTo(b.Token));
        for (var i = 0; i < top.Length; i++)
            top[i] = i < count ? order[i] with { LogProbability = Math.Min(0, order[i].LogProbability - normalizer) } : TokenLogProbability.None;
        return true;
    }

    private void ReadTopAgain(Tensor normed, int row, in EvaluationRequest read)
    {
        using var logits = Logits(normed, row, 1);
        using var host = logits.cpu();
        LogitReader.Read(MemoryMarshal.Cast<byte, float>(host.bytes), new() { Node = read.Node, Top = read.Top, Allowed = read.Allowed });
    }

    private static void Shift(ReadOnlySpan<float> logits, double normalizer, Span<double> destination)
    {
        for (var i = 0; i < logits.Length; i++) destination[i] = Math.Min(0, logits[i] - normalizer);
    }

    private static ReadOnlySpan<float> Next(ref ReadOnlySpan<float> values, int count)
    {
        var next = values[..count];
        values = values[count..];
        return next;
    }
}
