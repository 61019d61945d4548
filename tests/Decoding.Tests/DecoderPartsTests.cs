using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class DecoderPartsTests
{
    [Fact]
    public void Default_IsTheDealOfThePresets() => Assert.Equal(Decoders.Deal(), DecoderParts.Default);
}
