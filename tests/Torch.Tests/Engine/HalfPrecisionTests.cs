using DecodeAlign.Torch;

namespace DecodeAlign.Tests;

public class HalfPrecisionTests
{
    [Theory]
    [InlineData("llama", TorchDataType.BF16)]
    [InlineData("llama", TorchDataType.F16)]
    [InlineData("query and key norm (qwen3)", TorchDataType.BF16)]
    [InlineData("gpt2", TorchDataType.F16)]
    [InlineData("gemma 2", TorchDataType.BF16)]
    [InlineData("gemma 3", TorchDataType.F16)]
    [InlineData("norms after (olmo 2)", TorchDataType.BF16)]
    [InlineData("multipliers (granite)", TorchDataType.BF16)]
    [InlineData("partial rotary (phi-4-mini)", TorchDataType.F16)]
    [InlineData("parallel residual (gpt-neox)", TorchDataType.BF16)]
    public void Forward_HalfPrecision_StaysNearTheReference(string variant, TorchDataType type)
    {
        var (description, biases) = Descriptions.Variants[variant];
        var weights = new RandomWeights(description, 1, biases);
        using var engine = Engines.Load(weights, type: type);
        var (largest, mean) = Differences.FromReference(engine, weights);
        // weights and activations of 8 or 11 significant bits, log-probabilities down to −40: the error follows the bits
        var unit = Math.Pow(2, type == TorchDataType.BF16 ? -8 : -11);
        Assert.InRange(largest, 0, 256 * unit);
        Assert.InRange(mean, 0, 48 * unit);
    }
}
