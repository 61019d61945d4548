namespace DecodeAlign.Cpu;

/// <summary>The kernel as it is defined, without vectors: the reference of the others, and what runs where there are none.</summary>
internal static unsafe class ScalarKernel
{
    public static void F32(in PanelArguments a) => Run(a, WeightFormat.F32);

    public static void Bf16(in PanelArguments a) => Run(a, WeightFormat.BF16);

    public static void Q8(in PanelArguments a) => RunIntegers(a, WeightFormat.Q8);

    public static void Q4(in PanelArguments a) => RunIntegers(a, WeightFormat.Q4);

    private static void RunIntegers(in PanelArguments a, WeightFormat format)
    {
        var weights = stackalloc sbyte[Sizes.Block];
        for (var c = 0; c < a.Columns; c++)
        {
            var y = a.Y + c * a.YStride;
            for (var lane = 0; lane < Sizes.Panel; lane++)
            {
                var sum = a.Bias is null ? 0 : a.Bias[lane];
                for (var block = 0; block < a.Blocks; block++)
                {
                    var scale = PanelFormat.IntegerLane(format, a.Panel + (long)block * PanelFormat.BlockBytes(format), lane, weights);
                    var x = a.Rounded + c * a.RoundedStride + block * Sizes.Block;
                    var products = format == WeightFormat.Q4 ? a.Offsets[c * a.StepStride + block] : 0;
                    for (var i = 0; i < Sizes.Block; i++) products += weights[i] * x[i];
                    sum = MathF.FusedMultiplyAdd(products, scale * a.Steps[c * a.StepStride + block], sum);
                }
                y[lane] = a.Add ? y[lane] + sum : sum;
            }
        }
    }

    private static void Run(in PanelArguments a, WeightFormat format)
    {
        var weights = stackalloc float[Sizes.Block];
        for (var c = 0; c < a.Columns; c++)
        {
            var y = a.Y + c * a.YStride;
            for (var lane = 0; lane < Sizes.Panel; lane++)
            {
                var sum = a.Bias is null ? 0 : a.Bias[lane];
                for (var block = 0; block < a.Blocks; block++)
                {
                    PanelFormat.DecodeLane(format, a.Panel + (long)block * PanelFormat.BlockBytes(format), lane, weights);
                    var x = a.X + c * a.XStride + block * Sizes.Block;
                    for (var i = 0; i < Sizes.Block; i++) sum = MathF.FusedMultiplyAdd(weights[i], x[i], sum);
                }
                y[lane] = a.Add ? y[lane] + sum : sum;
            }
        }
    }
}
