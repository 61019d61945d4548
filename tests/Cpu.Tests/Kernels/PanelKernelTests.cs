using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using DecodeAlign.Cpu;

namespace DecodeAlign.Tests;

public unsafe class PanelKernelTests
{
    public static TheoryData<string, WeightFormat> Kernels
    {
        get
        {
            var data = new TheoryData<string, WeightFormat>();
            foreach (var kernels in PanelKernels.All())
                foreach (var format in Enum.GetValues<WeightFormat>()) data.Add(kernels.Name, format);
            // written so that it runs where the machine has no such vectors too
            if (Sse2.IsSupported || AdvSimd.Arm64.IsSupported) data.Add(AnyMachine, WeightFormat.Q4);
            return data;
        }
    }

    private const string AnyMachine = "Vector512 on any machine";

    private static delegate*<in PanelArguments, void> Kernel(string name, WeightFormat format) =>
        name == AnyMachine ? &Q4Kernel512.Run : PanelKernels.All().Single(kernels => kernels.Name == name).For(format);

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Kernel_AnyColumnsBiasAndAdding_GivesTheBitsOfTheChainItIsDefinedBy(string name, WeightFormat format)
    {
        var kernel = Kernel(name, format);
        var random = new Random(1);
        const int Inputs = 75;
        using var matrix = new PackedMatrix(2, Inputs, format, bias: true);
        var rows = Enumerable.Range(0, 2 * Sizes.Panel * Inputs).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray();
        var (integers, scales) = (Array.Empty<sbyte>(), Array.Empty<float>());
        for (var panel = 0; panel < 2; panel++)
        {
            (integers, scales) = matrix.PackRows(panel, rows.AsSpan(panel * Sizes.Panel * Inputs, Sizes.Panel * Inputs));
            for (var i = 0; i < Sizes.Panel; i++) matrix.Bias(panel)[i] = random.NextSingle();
        }
        for (var columns = 1; columns <= 19; columns++)
            foreach (var (biased, add) in new[] { (false, false), (true, false), (true, true) })
            {
                var stride = Sizes.Row(Inputs);
                using var x = NativeBuffer.OfFloats(columns * stride);
                using var y = NativeBuffer.OfFloats(columns * 50);
                using var rounded = new NativeBuffer(columns * stride * sizeof(short));
                using var steps = NativeBuffer.OfFloats(columns * matrix.Blocks);
                using var offsets = new NativeBuffer(columns * matrix.Blocks * sizeof(int));
                for (var c = 0; c < columns; c++)
                {
                    for (var i = 0; i < Inputs; i++) x.Floats[c * stride + i] = (float)(random.NextDouble() - 0.5);
                    Rounding.Row(x.Floats + c * stride, matrix.Blocks, (short*)rounded.Pointer + c * stride, steps.Floats + c * matrix.Blocks, (int*)offsets.Pointer + c * matrix.Blocks);
                }
                for (var i = 0; i < columns * 50; i++) y.Floats[i] = random.NextSingle();
                var before = new Span<float>(y.Floats, columns * 50).ToArray();
                kernel(new()
                {
                    Panel = matrix.Panel(1), Blocks = matrix.Blocks, NextPanel = matrix.Panel(0), Bias = biased ? matrix.Bias(1) : null, X = x.Floats, XStride = stride,
                    Rounded = (short*)rounded.Pointer, RoundedStride = stride, Steps = steps.Floats, Offsets = (int*)offsets.Pointer, StepStride = matrix.Blocks, Columns = columns, Y = y.Floats, YStride = 50, Add = add,
                });
                for (var output = 0; output < Sizes.Panel; output++)
                    for (var c = 0; c < columns; c++)
                    {
                        var bias = biased ? matrix.Bias(1)[output] : 0;
                        var sum = format switch
                        {
                            WeightFormat.Q8 => SumOfBlocks(rows, Inputs, Sizes.Panel + output, x.Floats + c * stride, bias),
                            WeightFormat.Q4 => SumOfBlocks(integers.AsSpan(output * matrix.Blocks * Sizes.Block), scales.AsSpan(output * matrix.Blocks, matrix.Blocks), Inputs, x.Floats + c * stride, bias),
                            _ => Chain(matrix, Sizes.Panel + output, x.Floats + c * stride, bias),
                        };
                        Assert.Equal(add ? before[c * 50 + output] + sum : sum, y.Floats[c * 50 + output]);
                    }
            }
    }

    private static float Chain(PackedMatrix matrix, int row, float* x, float sum)
    {
        var stored = new float[Sizes.Row(matrix.Inputs)];
        fixed (float* p = stored) matrix.Unpack(row, p);
        for (var i = 0; i < matrix.Inputs; i++) sum = MathF.FusedMultiplyAdd(stored[i], x[i], sum);
        return sum;
    }

    /// <summary>Both sides of each block rounded from what they were, multiplied as integers.</summary>
    private static float SumOfBlocks(float[] rows, int inputs, int row, float* x, float sum)
    {
        for (var start = 0; start < inputs; start += Sizes.Block)
        {
            var count = Math.Min(Sizes.Block, inputs - start);
            var weights = rows.AsSpan(row * inputs + start, count).ToArray();
            var activations = new Span<float>(x + start, count).ToArray();
            var (greatestWeight, greatestActivation) = (weights.Max(MathF.Abs), activations.Max(MathF.Abs));
            var dot = Enumerable.Range(0, count).Sum(i => (long)MathF.Round(weights[i] * (127 / greatestWeight)) * (long)MathF.Round(activations[i] * (32767 / greatestActivation)));
            sum = MathF.FusedMultiplyAdd(dot, greatestWeight / 127 * (greatestActivation / 32767), sum);
        }
        return sum;
    }

    /// <summary>Integers as they were before they were packed, and activations rounded from what they were.</summary>
    private static float SumOfBlocks(ReadOnlySpan<sbyte> integers, ReadOnlySpan<float> scales, int inputs, float* x, float sum)
    {
        for (var start = 0; start < inputs; start += Sizes.Block)
        {
            var activations = new Span<float>(x + start, Math.Min(Sizes.Block, inputs - start)).ToArray();
            var greatest = activations.Max(MathF.Abs);
            var dot = 0L;
            for (var i = 0; i < activations.Length; i++) dot += integers[start + i] * (long)MathF.Round(activations[i] * (32767 / greatest));
            sum = MathF.FusedMultiplyAdd(dot, scales[start / Sizes.Block] * (greatest / 32767), sum);
        }
        return sum;
    }

    [Fact]
    public void Row_AnyActivations_AreWithinHalfAStepAndKeepWhatIsNotFinite()
    {
        var random = new Random(3);
        using var x = NativeBuffer.OfFloats(6 * Sizes.Block);
        for (var i = 0; i < 3 * Sizes.Block; i++) x.Floats[i] = (float)((random.NextDouble() - 0.5) * Math.Pow(10, i % 9));
        x.Floats[3 * Sizes.Block + 7] = 1e-35f;
        x.Floats[4 * Sizes.Block + 20] = float.NaN;
        x.Floats[5 * Sizes.Block + 1] = float.NegativeInfinity;
        var rounded = stackalloc short[6 * Sizes.Block];
        var steps = stackalloc float[6];
        var offsets = stackalloc int[6];
        Rounding.Row(x.Floats, 6, rounded, steps, offsets);
        for (var block = 0; block < 6; block++) Assert.Equal(-8 * new Span<short>(rounded + block * Sizes.Block, Sizes.Block).ToArray().Sum(i => i), offsets[block]);
        for (var i = 0; i < 4 * Sizes.Block; i++) Assert.InRange(Math.Abs((double)rounded[i] * steps[i / Sizes.Block] - x.Floats[i]), 0, steps[i / Sizes.Block] * 0.51 + 1e-30);
        Assert.False(float.IsFinite(steps[4]));
        Assert.False(float.IsFinite(steps[5]));
    }

    [Theory]
    [InlineData(WeightFormat.F32, 0)]
    [InlineData(WeightFormat.BF16, 1.0 / 256)]
    [InlineData(WeightFormat.Q8, 1.0 / 254)]
    [InlineData(WeightFormat.Q4, 1.0 / 7.1)]
    public void Unpack_PackedRows_AreWithinTheFormatsRounding(WeightFormat format, double tolerance)
    {
        var random = new Random(2);
        const int Inputs = 70;
        using var matrix = new PackedMatrix(1, Inputs, format, bias: false);
        var rows = Enumerable.Range(0, Sizes.Panel * Inputs).Select(_ => (float)(random.NextDouble() - 0.5) * 8).ToArray();
        matrix.PackRows(0, rows);
        var stored = new float[Sizes.Row(Inputs)];
        for (var row = 0; row < Sizes.Panel; row++)
        {
            fixed (float* p = stored) matrix.Unpack(row, p);
            for (var block = 0; block < Inputs; block += Sizes.Block)
            {
                var end = Math.Min(Inputs, block + Sizes.Block);
                var greatest = Enumerable.Range(block, end - block).Max(i => Math.Abs(rows[row * Inputs + i]));
                for (var i = block; i < end; i++)
                {
                    var scale = PanelFormat.IntegerBits(format) > 0 ? greatest : Math.Abs(rows[row * Inputs + i]);
                    Assert.True(Math.Abs(stored[i] - rows[row * Inputs + i]) <= tolerance * scale * 1.0001);
                }
            }
            Assert.All(stored[Inputs..], value => Assert.Equal(0, value));
        }
    }
}
