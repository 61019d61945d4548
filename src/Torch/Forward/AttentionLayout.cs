using System.Runtime.InteropServices;
using DecodeAlign.Decoding;

namespace DecodeAlign.Torch;

/// <summary>A part of an upload.</summary>
internal readonly record struct Part(int Start, int Count);

/// <summary>
/// Which slots each row of a pass may see. The rows of a session share the pages that any of them sees, and a bit for each slot hides from a row
/// what is not on its path. Sessions are rows of one block that sees the pages of all, or blocks of their own, padded to one size: whichever asks
/// for fewer scores.
/// </summary>
internal sealed class AttentionLayout(KvPool pool)
{
    public const int WordBits = 64;

    private const int WordPages = WordBits / KvPool.Slots;

    private readonly List<Row> _rows = [];
    private readonly List<SlotRun> _runs = [];
    private readonly List<Group> _groups = [];
    private int _groupCount;
    private int[] _columnOf = [];
    private int[] _seenIn = [];
    private int _pass;
    private bool _merged;

    /// <summary>Attention blocks.</summary>
    public int Blocks { get; private set; }

    /// <summary>Rows of a block, padding included.</summary>
    public int BlockRows { get; private set; }

    /// <summary>Pages that a block sees, padding included.</summary>
    public int BlockPages { get; private set; }

    /// <summary>Where the pages of the one block lie one after another in the pool, the first of them, so that they need not be gathered; else −1.</summary>
    public int FirstPage { get; private set; }

    /// <summary>Words of the mask of a row.</summary>
    public int MaskWords => (BlockPages + WordPages - 1) / WordPages;

    /// <summary>The pages of all blocks; empty where they lie one after another.</summary>
    public Part Pages { get; private set; }

    /// <summary>For each row of each block a bit for each slot, set where it is hidden.</summary>
    public Part Mask { get; private set; }

    /// <summary>For each row of each block the row of the pass; empty where there is one block.</summary>
    public Part BlockRowSources { get; private set; }

    /// <summary>For each row of the pass its row among those of the blocks; empty where there is one block.</summary>
    public Part RowPlaces { get; private set; }

    public void Begin()
    {
        _rows.Clear();
        _runs.Clear();
        for (var i = 0; i < _groupCount; i++) _groups[i].Clear();
        _groupCount = 0;
        _pass++;
    }

    /// <summary>Adds a row that sees the last positions of a path.</summary>
    public void Add(TorchSession session, int node, int positions)
    {
        var index = GroupOf(session);
        var group = _groups[index];
        var first = _runs.Count;
        session.AppendRuns(node, positions, _runs);
        if (_seenIn.Length < pool.Begun)
        {
            Array.Resize(ref _seenIn, Math.Max(pool.Begun, 2 * _seenIn.Length));
            Array.Resize(ref _columnOf, _seenIn.Length);
        }
        // from the first position on, so that pages that were taken one after another stay in order
        for (var i = _runs.Count; i-- > first;)
        {
            var run = _runs[i];
            if (_seenIn[run.Page] == _pass) continue;
            _seenIn[run.Page] = _pass;
            _columnOf[run.Page] = group.Pages.Count;
            group.Pages.Add(run.Page);
        }
        _rows.Add(new(first, _runs.Count - first, index, group.Rows++));
    }

    /// <summary>Chooses the blocks and writes what the device needs.</summary>
    public void Write(Upload<long> upload)
    {
        Choose(null);
        WritePages(upload);
        WriteMask(upload);
        WriteRows(upload);
    }

    /// <summary>The same with the blocks of a layout that has the same rows, and has written how they lie in these.</summary>
    public void WriteLike(AttentionLayout other, Upload<long> upload)
    {
        Choose(other._merged);
        WritePages(upload);
        WriteMask(upload);
    }

    private int GroupOf(TorchSession session)
    {
        for (var i = _groupCount; i-- > 0;)
            if (_groups[i].Session == session) return i;
        if (_groups.Count == _groupCount) _groups.Add(new());
        _groups[_groupCount].Session = session;
        return _groupCount++;
    }

    private void Choose(bool? merged)
    {
        var (allPages, mostPages, mostRows) = (0, 0, 0);
        for (var i = 0; i < _groupCount; i++)
        {
            _groups[i].FirstPage = allPages;
            allPages += _groups[i].Pages.Count;
            mostPages = Math.Max(mostPages, _groups[i].Pages.Count);
            mostRows = Math.Max(mostRows, _groups[i].Rows);
        }
        _merged = merged ?? _groupCount == 1 || (long)_rows.Count * allPages <= (long)_groupCount * mostRows * mostPages;
        Blocks = _merged ? 1 : _groupCount;
        BlockRows = _merged ? _rows.Count : mostRows;
        BlockPages = ((_merged ? allPages : mostPages) + WordPages - 1) / WordPages * WordPages;
        FirstPage = _merged ? FirstOfRun() : -1;
        if (FirstPage >= 0) BlockPages = allPages;
    }

    private int FirstOfRun()
    {
        var (first, next) = (-1, 0);
        for (var i = 0; i < _groupCount; i++)
            foreach (var page in _groups[i].Pages)
            {
                if (first < 0) first = next = page;
                if (page != next++) return -1;
            }
        return first;
    }

    private void WritePages(Upload<long> upload)
    {
        Pages = default;
        if (FirstPage >= 0) return;
        Pages = new(upload.Add(Blocks * BlockPages), Blocks * BlockPages);
        var pages = upload[Pages.Start, Pages.Count];
        // padding sees page 0, hidden by the mask
        pages.Clear();
        for (var i = 0; i < _groupCount; i++)
        {
            var start = _merged ? _groups[i].FirstPage : i * BlockPages;
            foreach (var page in _groups[i].Pages) pages[start++] = page;
        }
    }

    private void WriteMask(Upload<long> upload)
    {
        var words = MaskWords;
        Mask = new(upload.Add(Blocks * BlockRows * words), Blocks * BlockRows * words);
        var mask = upload[Mask.Start, Mask.Count];
        mask.Fill(-1);
        // a row of padding sees one slot, so that its softmax stays finite
        if (!_merged)
            for (var row = 0; row < Blocks * BlockRows; row++) mask[row * words] = -2;
        for (var i = 0; i < _rows.Count; i++)
        {
            var bits = mask.Slice(Place(i) * words, words);
            if (!_merged) bits[0] = -1;
            var column = _merged ? _groups[_rows[i].Group].FirstPage : 0;
            foreach (var run in CollectionsMarshal.AsSpan(_runs).Slice(_rows[i].FirstRun, _rows[i].RunCount))
            {
                var slot = (column + _columnOf[run.Page]) * KvPool.Slots + run.Lane;
                bits[slot / WordBits] &= ~(((1L << run.Count) - 1) << slot % WordBits);
            }
        }
    }

    private void WriteRows(Upload<long> upload)
    {
        BlockRowSources = RowPlaces = default;
        if (_merged) return;
        BlockRowSources = new(upload.Add(Blocks * BlockRows), Blocks * BlockRows);
        RowPlaces = new(upload.Add(_rows.Count), _rows.Count);
        var sources = upload[BlockRowSources.Start, BlockRowSources.Count];
        var places = upload[RowPlaces.Start, RowPlaces.Count];
        sources.Clear();
        for (var i = 0; i < _rows.Count; i++)
        {
            places[i] = Place(i);
            sources[Place(i)] = i;
        }
    }

    private int Place(int row) => _merged ? row : _rows[row].Group * BlockRows + _rows[row].IndexInGroup;

    private readonly record struct Row(int FirstRun, int RunCount, int Group, int IndexInGroup);

    private sealed class Group
    {
        public TorchSession? Session { get; set; }

        public int Rows { get; set; }

        /// <summary>Where its pages begin, if all are in one block.</summary>
        public int FirstPage { get; set; }

        public List<int> Pages { get; } = [];

        public void Clear()
        {
            Session = null;
            Rows = 0;
            Pages.Clear();
        }
    }
}
