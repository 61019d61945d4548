using DecodeAlign.Models;

namespace DecodeAlign.Cpu;

/// <summary>The forward pass: what every member of the team runs, phase by phase.</summary>
internal sealed unsafe class Transformer : IDisposable
{
    // what a member fetches ahead at most while it waits
    private const int WaitingBytes = 64 << 10;

    private readonly TransformerDescription _d;
    private readonly ModelWeights _weights;
    private readonly Workspace _space;
    private readonly PanelKernels _kernels;
    private readonly KvLayout _layout;
    private readonly Rotary? _rotary;
    private readonly Rotary? _windowRotary;
    private readonly bool[] _rotates;
    private readonly bool[] _hasWindow;
    private readonly bool _changesApart;
    private readonly ThreadTeam _team;
    private readonly ReadAnswers _answers;
    private readonly float _queryScale;
    private readonly int _threads;
    private BatchPlan _plan = null!;
    private int _rows;
    private int _readRows;
    private int _readCount;
    private bool _inParts;

    public Transformer(TransformerDescription description, ModelWeights weights, PanelKernels kernels, KvLayout layout, int maxRows, int threads)
    {
        _d = description;
        _weights = weights;
        _threads = threads;
        _kernels = kernels;
        _layout = layout;
        _queryScale = description.ScoreScale > 0 ? description.ScoreScale : (float)(1 / Math.Sqrt(description.HeadSize));
        _rotary = description.Rope is { } rope ? new(rope, description.HeadSize) : null;
        _windowRotary = description.WindowRope is { } windowRope ? new(windowRope, description.HeadSize) : null;
        _changesApart = Workspace.ChangesApart(description);
        _hasWindow = [.. Enumerable.Range(0, description.LayerCount).Select(description.HasWindow)];
        _rotates = new bool[description.LayerCount];
        for (var layer = 0; layer < _rotates.Length; layer++) _rotates[layer] = _rotary is not null && !description.LayersWithoutRope.Contains(layer);
        _space = new(description, maxRows, Math.Min(maxRows, 32), threads, weights.Embedding.Format);
        _answers = new(description, _space);
        var last = weights.Head;
        foreach (var layer in weights.Layers)
            foreach (var matrix in new[] { layer.QueryKeyValue, layer.Output, layer.UpOrGateUp, layer.Down })
                last = last.After = matrix;
        last.After = weights.Head;
        _team = new(threads, Job);
    }

    public void Run(BatchPlan plan)
    {
        _plan = plan;
        // a late member may look at these after the pass; at the plan only with an item in hand, so while it stands
        _rows = plan.Rows.Length;
        _readRows = plan.ReadRows.Length;
        _readCount = plan.Answers.Length;
        var tiles = (_rows + Attention.TileRows - 1) / Attention.TileRows;
        _inParts = plan.MostPositions >= Attention.LongPath && tiles * _d.KvHeadCount < 2 * _threads;
        if (_inParts) _space.ReserveShared(tiles * Attention.TileRows, plan.MostPositions);
        else _space.ReserveScores(plan.MostPositions);
        _team.Run();
        _answers.ThrowFailure();
    }

    public void Dispose()
    {
        _team.Dispose();
        _space.Dispose();
    }

    private void Job(TeamMember member)
    {
        while (member.Next(_rows, out var row)) Embed(row);
        for (var index = 0; index < _weights.Layers.Length; index++)
        {
            var layer = _weights.Layers[index];
            Multiply(member, layer.QueryKeyValue, new(_space.Residual, _space.HiddenStride, layer.AttentionNorm, layer.AttentionNormBias), _space.Projected, _space.ProjectionStride, _rows, add: false);
            Place(member, index, layer);
            Attend(member, index);
            if (_changesApart) Multiply(member, layer.Output, new(_space.Mixed, _space.MixedStride), _space.Change, _space.HiddenStride, _rows, add: false);
            else Multiply(member, layer.Output, new(_space.Mixed, _space.MixedStride), _space.Residual, _space.HiddenStride, _rows, add: true);
            if (_changesApart && !_d.ParallelResidual) AddChange(member, layer.AttentionOutputNorm);
            var normed = new ColumnSource(_space.Residual, _space.HiddenStride, layer.FeedForwardNorm, layer.FeedForwardNormBias);
            if (_d.IsGated) Gated(member, layer.UpOrGateUp, normed);
            else Activated(member, layer.UpOrGateUp, normed);
            // side by side, both have read the stream by now: attention's part is added with the other's
            if (_d.ParallelResidual) AddChange(member, layer.AttentionOutputNorm);
            var apart = _changesApart && !_d.ParallelResidual;
            Multiply(member, layer.Down, new(_space.Inner, _space.InnerStride), apart ? _space.Change : _space.Residual, _space.HiddenStride, _rows, add: !apart);
            if (apart) AddChange(member, layer.FeedForwardOutputNorm);
        }
        Head(member);
    }

    /// <summary>Adds to the stream what attention or the feed-forward network has given, normalised and scaled where the model does so.</summary>
    private void AddChange(TeamMember member, NativeBuffer? norm)
    {
        while (member.Next(_rows, out var row))
        {
            var change = _space.Change + (long)row * _space.HiddenStride;
            if (norm is not null) RowMath.RmsNorm(change, norm.Floats, change, _d.HiddenSize, _d.NormEpsilon);
            RowMath.AddScaled(_space.Residual + (long)row * _space.HiddenStride, change, _d.HiddenSize, _d.ResidualScale);
        }
    }

    private void Embed(int row)
    {
        ref readonly var planned = ref _plan.Rows[row];
        var x = _space.Residual + (long)row * _space.HiddenStride;
        _weights.Embedding.Unpack(planned.Token, x);
        if (_d.EmbeddingScale != 1) RowMath.Scale(x, _d.HiddenSize, _d.EmbeddingScale);
        if (_weights.Positions is { } positions)
        {
            var y = _space.Positions + (long)row * _space.HiddenStride;
            positions.Unpack(planned.Position, y);
            for (var i = 0; i < _d.HiddenSize; i++) x[i] += y[i];
        }
        _rotary?.Angles(planned.Position, _space.Angles + (long)row * _space.AngleStride);
        _windowRotary?.Angles(planned.Position, _space.WindowAngles + (long)row * _space.AngleStride);
    }

    private void Norm(float* x, float* y, NativeBuffer weight, NativeBuffer? bias)
    {
        if (_d.Norm == NormKind.Rms) RowMath.RmsNorm(x, weight.Floats, y, _d.HiddenSize, _d.NormEpsilon);
        else RowMath.LayerNorm(x, weight.Floats, bias is null ? null : bias.Floats, y, _d.HiddenSize, _d.NormEpsilon);
    }

    private void Multiply(TeamMember member, PackedMatrix matrix, in ColumnSource source, float* y, int yStride, int columns, bool add)
    {
        var product = Begin(member, matrix, source, columns, out var own);
        product.YStride = yStride;
        product.Add = add;
        var kernel = _kernels.For(matrix.Format);
        while (member.Next(matrix.Panels, out var panel))
        {
            if (own) MakeOwn(member, matrix, source, columns, ref own);
            product.Y = y + panel * Sizes.Panel;
            Panel(member, matrix, panel, kernel, ref product);
        }
    }

    /// <summary>
    /// What all panels of a product have in common. Its columns are made by all members together, or where they are few by each member for itself, which costs less
    /// than waiting for the others.
    /// </summary>
    private PanelArguments Begin(TeamMember member, PackedMatrix matrix, in ColumnSource source, int columns, out bool own)
    {
        var rounds = PanelFormat.IntegerBits(matrix.Format) > 0;
        own = (rounds || source.Norm is not null) && columns <= Workspace.OwnRows;
        var room = own ? _space.OwnColumns(member.Index) : _space.Columns;
        if (!own && (rounds || source.Norm is not null))
            while (member.Next(columns, out var column)) Make(matrix, source, column, room);
        var after = matrix.After!;
        member.FetchWhileWaiting(after.Panel(member.First(after.Panels / after.Step) * after.Step), WaitingBytes);
        var (x, stride) = source.Norm is null ? ((nint)source.Rows, source.Stride) : ((nint)room.Normed(0), room.NormedStride);
        return new()
        {
            Blocks = matrix.Blocks,
            X = rounds ? room.Sums(0) : (float*)x,
            XStride = rounds ? room.SumStride : stride,
            Rounded = room.Rounded(0),
            RoundedStride = room.RoundedStride,
            Steps = room.Steps(0),
            Offsets = room.Offsets(0),
            StepStride = room.StepStride,
            Columns = columns,
        };
    }

    private void MakeOwn(TeamMember member, PackedMatrix matrix, in ColumnSource source, int columns, ref bool own)
    {
        var room = _space.OwnColumns(member.Index);
        for (var column = 0; column < columns; column++) Make(matrix, source, column, room);
        own = false;
    }

    private void Make(PackedMatrix matrix, in ColumnSource source, int column, ColumnRoom room)
    {
        var row = source.FirstRead < 0 ? column : _plan.ReadRows[source.FirstRead + column];
        var x = source.Rows + (long)row * source.Stride;
        if (source.Norm is not null)
        {
            Norm(x, room.Normed(column), source.Norm, source.NormBias);
            x = room.Normed(column);
        }
        if (PanelFormat.IntegerBits(matrix.Format) > 0) room.Round(matrix, column, x);
    }

    private void Panel(TeamMember member, PackedMatrix matrix, int panel, delegate*<in PanelArguments, void> kernel, ref PanelArguments product)
    {
        var (following, next) = Next(member, matrix, panel);
        product.Panel = matrix.Panel(panel);
        product.Bias = matrix.Bias(panel);
        product.NextPanel = following.Panel(next);
        kernel(product);
        if (matrix.BlockOffsets is not { } offsets) return;
        var added = product;
        added.Panel = offsets.Panel(panel);
        added.Bias = null;
        added.NextPanel = following.BlockOffsets is null ? null : following.BlockOffsets.Panel(next);
        added.Blocks = offsets.Blocks;
        added.Add = true;
        _kernels.For(offsets.Format)(added);
    }

    /// <summary>The panel this member uses after one: the next, or after the last of its share the first of its share of the matrix that comes after.</summary>
    private static (PackedMatrix Matrix, int Panel) Next(TeamMember member, PackedMatrix matrix, int panel)
    {
        var next = panel + 1;
        if (next < matrix.Panels && next != member.First(matrix.Panels / matrix.Step, member.Index + 1) * matrix.Step) return (matrix, next);
        var after = matrix.After!;
        return (after, member.First(after.Panels / after.Step) * after.Step);
    }

    /// <summary>Normalises and rotates queries and keys, and puts keys and values into their slots.</summary>
    private void Place(TeamMember member, int index, LayerWeights layer)
    {
        var heads = _d.HeadCount + _d.KvHeadCount;
        while (member.Next(_rows, out var row))
        {
            var projected = _space.Projected + (long)row * _space.ProjectionStride;
            var ownAngles = _windowRotary is not null && _hasWindow[index];
            var cosines = (ownAngles ? _space.WindowAngles : _space.Angles) + (long)row * _space.AngleStride;
            var pairs = ownAngles ? _windowRotary!.Pairs : _rotary?.Pairs ?? 0;
            if (_d.QueryKeyNormWhole)
            {
                var keys = projected + _d.HeadCount * _d.HeadSize;
                RowMath.RmsNorm(projected, layer.QueryNorm!.Floats, projected, _d.HeadCount * _d.HeadSize, _d.NormEpsilon);
                RowMath.RmsNorm(keys, layer.KeyNorm!.Floats, keys, _d.KvHeadCount * _d.HeadSize, _d.NormEpsilon);
            }
            for (var head = 0; head < heads; head++)
            {
                var x = projected + head * _d.HeadSize;
                var norm = _d.QueryKeyNormWhole ? null : head < _d.HeadCount ? layer.QueryNorm : layer.KeyNorm;
                if (norm is not null) RowMath.RmsNorm(x, norm.Floats, x, _d.HeadSize, _d.NormEpsilon);
                if (_rotates[index]) RowMath.Rotate(x, pairs, cosines, cosines + pairs);
                if (head < _d.HeadCount) RowMath.Scale(x, _d.HeadSize, _queryScale);
            }
            Store(index, _plan.Rows[row], projected + _d.HeadCount * _d.HeadSize);
        }
    }

    private void Store(int index, in PlannedRow row, float* keys)
    {
        var size = _d.HeadSize;
        var values = keys + _d.KvHeadCount * size;
        var page = (byte*)row.Page + index * _layout.LayerBytes;
        for (var head = 0; head < _d.KvHeadCount; head++, page += _layout.HeadBytes, keys += size, values += size) _layout.Store(page, row.Lane, keys, values);
    }

    private void Attend(TeamMember member, int index)
    {
        if (_inParts)
        {
            AttendInParts(member, index);
            return;
        }
        var group = _d.HeadCount / _d.KvHeadCount;
        var tiles = (_rows + Attention.TileRows - 1) / Attention.TileRows;
        // where there are few items, the heads of a group are shared out too
        var heads = tiles * _d.KvHeadCount < 2 * _threads ? 1 : Math.Min(group, Attention.TileHeads);
        while (member.Next(tiles * _d.KvHeadCount * HeadParts(heads), out var item))
        {
            var scratch = _space.Attention(member.Index);
            var input = Input(index, tiles, heads, item, out _, out _);
            Attention.Run(input, scratch.Scores(input.HeadCount), scratch.Accumulators);
        }
    }

    /// <summary>Few rows with long paths: all members work, and keys and values are read once for all heads of a group.</summary>
    private void AttendInParts(TeamMember member, int index)
    {
        var tiles = (_rows + Attention.TileRows - 1) / Attention.TileRows;
        var heads = Math.Min(_d.HeadCount / _d.KvHeadCount, Attention.TileHeads);
        var units = tiles * _d.KvHeadCount * HeadParts(heads);
        var parts = Parts(units);
        var scores = _space.SharedAttention;
        while (member.Next(units * parts, out var item))
        {
            var input = Input(index, tiles, heads, item / parts, out var row, out var head);
            Attention.Score(input, scores.Scores(row, head, _d.HeadCount), item % parts, parts);
        }
        while (member.Next(_rows * _d.HeadCount, out var item))
        {
            var row = item / _d.HeadCount;
            scores.Scores(_d.HeadCount).Softmax(row, item % _d.HeadCount, RowsOf(index)[row].Positions, _d.ScoreCap);
        }
        // whole cache lines, so that no two members fetch the same
        var lines = (_layout.ValueBytes + NativeBuffer.Alignment - 1) / NativeBuffer.Alignment;
        parts = Math.Min(parts, lines);
        while (member.Next(units * parts, out var item))
        {
            var input = Input(index, tiles, heads, item / parts, out var row, out var head);
            var (first, end) = (lines * (item % parts) / parts, lines * (item % parts + 1) / parts);
            Attention.Mix(input, scores.Scores(row, head, _d.HeadCount), _space.Attention(member.Index).Accumulators, first * _layout.LineNumbers, Math.Min(end * _layout.LineNumbers, _layout.ValueWidth));
        }
    }

    /// <summary>Parts of each unit: some items for each member, and as many for each.</summary>
    private int Parts(int units)
    {
        var parts = (4 * _threads + units - 1) / units;
        while (units * parts % _threads != 0) parts++;
        return parts;
    }

    /// <summary>Items that the heads of a group are divided into.</summary>
    private int HeadParts(int heads) => (_d.HeadCount / _d.KvHeadCount + heads - 1) / heads;

    /// <summary>A tile of rows and some heads of one KV head.</summary>
    private AttentionInput Input(int index, int tiles, int heads, int item, out int row, out int head)
    {
        var group = _d.HeadCount / _d.KvHeadCount;
        var (tile, part) = (item % tiles, item / tiles);
        var kvHead = part / HeadParts(heads);
        row = tile * Attention.TileRows;
        head = kvHead * group + part % HeadParts(heads) * heads;
        return new()
        {
            Plan = _plan,
            Rows = RowsOf(index).Slice(row, Math.Min(Attention.TileRows, _rows - row)),
            HeadCount = Math.Min(heads, (kvHead + 1) * group - head),
            Layout = _layout,
            KeysOffset = index * _layout.LayerBytes + kvHead * _layout.HeadBytes,
            Queries = _space.Projected + (long)row * _space.ProjectionStride + head * _d.HeadSize,
            QueryStride = _space.ProjectionStride,
            Outputs = _space.Mixed + (long)row * _space.MixedStride + head * _d.HeadSize,
            OutputStride = _space.MixedStride,
            ScoreCap = _d.ScoreCap,
        };
    }

    /// <summary>The rows with the positions that a layer sees.</summary>
    private ReadOnlySpan<PlannedRow> RowsOf(int index) => _hasWindow[index] && !_plan.WindowRows.IsEmpty ? _plan.WindowRows : _plan.Rows;

    private void Gated(TeamMember member, PackedMatrix matrix, in ColumnSource source)
    {
        var product = Begin(member, matrix, source, _rows, out var own);
        var kernel = _kernels.For(matrix.Format);
        var gates = _space.Gates(member.Index);
        product.YStride = 2 * Sizes.Panel;
        while (member.Next(matrix.Panels / 2, out var pair))
        {
            if (own) MakeOwn(member, matrix, source, _rows, ref own);
            product.Y = gates;
            Panel(member, matrix, pair * 2, kernel, ref product);
            product.Y = gates + Sizes.Panel;
            Panel(member, matrix, pair * 2 + 1, kernel, ref product);
            for (var row = 0; row < _rows; row++)
            {
                var gate = gates + (long)row * 2 * Sizes.Panel;
                var inner = _space.Inner + (long)row * _space.InnerStride + pair * Sizes.Panel;
                if (_d.Activation == ActivationKind.SiluGated) RowMath.SiluGated(gate, gate + Sizes.Panel, inner);
                else RowMath.GeluGated(gate, gate + Sizes.Panel, inner);
            }
        }
    }

    private void Activated(TeamMember member, PackedMatrix matrix, in ColumnSource source)
    {
        var product = Begin(member, matrix, source, _rows, out var own);
        var kernel = _kernels.For(matrix.Format);
        product.YStride = _space.InnerStride;
        while (member.Next(matrix.Panels, out var panel))
        {
            if (own) MakeOwn(member, matrix, source, _rows, ref own);
            product.Y = _space.Inner + panel * Sizes.Panel;
            Panel(member, matrix, panel, kernel, ref product);
            for (var row = 0; row < _rows; row++) RowMath.Gelu(product.Y + (long)row * _space.InnerStride, _d.Activation);
        }
    }

    /// <summary>The logits of the rows that are read, so many at a time, and the answers.</summary>
    private void Head(TeamMember member)
    {
        for (var first = 0; first < _readRows; first += _space.LogitRows)
        {
            var count = Math.Min(_space.LogitRows, _readRows - first);
            Multiply(member, _weights.Head, new(_space.Residual, _space.HiddenStride, _weights.FinalNorm, _weights.FinalNormBias, first), _space.Logits, _space.LogitStride, count, add: false);
            if (_d.RewardCount == 0 && (_d.LogitScale != 1 || _d.LogitCap > 0))
                while (member.Next(count, out var finished)) Finish(_space.Logits + (long)finished * _space.LogitStride);
            while (member.Next(_readCount, out var i))
            {
                var (row, read) = _plan.Answers[i];
                if (row >= first && row < first + count) _answers.Answer(_plan.Reads[read], row - first);
            }
        }
    }

    private void Finish(float* logits)
    {
        if (_d.LogitScale != 1) RowMath.Scale(logits, _d.VocabularySize, _d.LogitScale);
        if (_d.LogitCap > 0) RowMath.Cap(logits, _d.VocabularySize, _d.LogitCap);
    }
}
