using DecodeAlign.Torch;

namespace DecodeAlign.Tests;

public class KvReserveTests
{
    [Theory]
    [InlineData(80L << 30)]
    [InlineData(24_000_000_000)]
    [InlineData(3L << 20)]
    public void ShareOf_WhatFits_IsTheShareToASixtyFourth(long free)
    {
        var tries = 0;
        var bytes = KvReserve.ShareOf(size => ++tries > 0 && size <= free, room: 0);
        Assert.InRange(bytes, free * KvReserve.Share * 31 / 32, free * KvReserve.Share);
        Assert.InRange(tries, 1, 40);
    }

    [Fact]
    public void ShareOf_WithRoom_LeavesIt()
    {
        const long free = 10L << 30, room = 4L << 30;
        Assert.InRange(KvReserve.ShareOf(size => size <= free, room), 1, (long)((free - room) * KvReserve.Share));
        Assert.Equal(0, KvReserve.ShareOf(size => size <= free, free));
    }

    [Fact]
    public void ShareOf_ASecondEngine_TakesOfWhatTheFirstLeft()
    {
        const long all = 80L << 30;
        var first = KvReserve.ShareOf(size => size <= all, 0);
        var second = KvReserve.ShareOf(size => size <= all - first, 0);
        Assert.InRange(second, 1, (long)((all - first) * KvReserve.Share));
    }

    [Fact]
    public void ShareOf_NothingFits_IsNothing() => Assert.Equal(0, KvReserve.ShareOf(_ => false, 0));

    /// <summary>A pass's largest tensors, counted by hand for SmolLM2-135M's shape and 2 rows.</summary>
    [Fact]
    public void Room_KnownShape_HoldsItsLargestTensors()
    {
        const long slots = 8192 + 2;
        var room = KvReserve.Room(SmolLmFolder.Shape, 2, 4);
        var keysAndValues = 2 * slots * 192 * 4;
        var scores = 2 * slots * 9 * 4;
        var logits = 2 * 49152 * 4;
        Assert.InRange(room, keysAndValues + scores + logits, 3 * (keysAndValues + scores + logits));
    }
}
