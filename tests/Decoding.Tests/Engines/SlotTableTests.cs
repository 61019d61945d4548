using DecodeAlign.Decoding;
using FsCheck;
using FsCheck.Fluent;

namespace DecodeAlign.Tests;

public class SlotTableTests
{
    [Fact]
    public void TryPlace_RandomTreesPlacedFreedAndShared_GiveEachNodeASlotOfItsOwn() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => Run(new(seed))).Check(Config.QuickThrowOnFailure.WithMaxTest(200).WithReplay(1, 1));

    [Fact]
    public void Free_NodeAboveOneThatIsHeld_Throws()
    {
        var (tree, table) = Chain(20, out var nodes);
        Assert.Throws<InvalidOperationException>(() => table.Free(nodes[3]));
        Assert.True(table.Holds(nodes[3]));
        for (var i = nodes.Length; i-- > 17;) Assert.Equal(-1, table.Free(nodes[i]));
        Assert.Equal(1, table.Free(nodes[16]));
        Assert.Equal((0, 0, 16, TokenTree.Empty), (table.LastRun(nodes[15], 99).Page, table.LastRun(nodes[15], 99).Lane, table.LastRun(nodes[15], 99).Count, table.LastRun(nodes[15], 99).Previous));
        Assert.Equal(20, tree.Count);
    }

    [Fact]
    public void TryPlace_OnlySlotsOfFrozenPagesLeft_ThawsOne()
    {
        var (tree, table) = Chain(20, out var nodes);
        Assert.True(table.FillPage(nodes.AsSpan(0, 16)));
        table.Freeze(0);
        for (var i = nodes.Length; i-- > 10;) table.Free(nodes[i]);
        // 16 slots of the second page, then the six of the first that nobody has
        for (var token = 0; token < 22; token++)
        {
            Assert.True(table.TryPlace(tree.Append(nodes[9], 100 + token), out var page, out var thawed));
            Assert.Equal((token < 16 ? 1 : 0, token == 16), (page, thawed));
        }
        Assert.Throws<InvalidOperationException>(() => table.TryPlace(tree.Append(nodes[9], 200), out _, out _));
    }

    private static (TokenTree Tree, SlotTable Table) Chain(int length, out int[] nodes)
    {
        var tree = new TokenTree();
        var table = new SlotTable(tree, 32);
        nodes = new int[length];
        var node = TokenTree.Empty;
        for (var i = 0; i < length; i++)
        {
            nodes[i] = node = tree.Append(node, i);
            table.TryPlace(node, out _, out _);
        }
        return (tree, table);
    }

    private static void Run(Random random)
    {
        var tree = new TokenTree();
        var most = random.Next(1, 120);
        var table = new SlotTable(tree, most);
        var held = new List<int>();
        for (var step = 0; step < 400; step++)
        {
            if (held.Count < most && random.Next(5) > 0)
            {
                var node = tree.Append(held.Count == 0 || random.Next(10) == 0 ? TokenTree.Empty : held[random.Next(2) == 0 ? ^1 : random.Next(held.Count)], step);
                Assert.True(table.TryPlace(node, out var page, out _));
                Assert.False(table.TryPlace(node, out _, out _));
                Assert.Equal(page, table.Page(node));
                held.Add(node);
                // others use the page from now on
                if (random.Next(20) == 0) table.Freeze(page);
            }
            else if (held.Count > 0)
            {
                var node = held[random.Next(held.Count)];
                if (held.Exists(other => tree.Parent(other) == node))
                {
                    Assert.Throws<InvalidOperationException>(() => table.Free(node));
                    continue;
                }
                var page = table.Page(node);
                held.Remove(node);
                Assert.Equal(held.Exists(other => table.Page(other) == page) ? -1 : page, table.Free(node));
                tree.Release(node);
            }
            Check(tree, table, held);
        }
    }

    private static void Check(TokenTree tree, SlotTable table, List<int> held)
    {
        var slots = held.ToDictionary(node => (table.Page(node), table.Lane(node)));
        Assert.Equal(held.Select(table.Page).Distinct().Count(), table.PagesInUse);
        if (held.Count == 0) return;
        // the runs of a path name its nodes' slots, the last first
        var last = held[^1];
        var node = last;
        for (var left = tree.Depth(last); left > 0;)
        {
            var run = table.LastRun(node, left);
            Assert.InRange(run.Count, 1, Math.Min(left, SlotTable.PageSlots - run.Lane));
            for (var lane = run.Lane + run.Count; lane-- > run.Lane; left--, node = tree.Parent(node)) Assert.Equal(node, slots[(run.Page, lane)]);
            Assert.Equal(run.Previous, left == 0 ? run.Previous : node);
        }
    }
}
