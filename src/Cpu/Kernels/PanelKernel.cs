using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace DecodeAlign.Cpu;

/// <summary>What a kernel computes: for each column (row of activations) c and output o of one panel, y[c][o] = bias[o] + Σ weight[o][i] · x[c][i].</summary>
/// <remarks>
/// Each output is one chain of fused multiply-adds over the inputs in order, so kernels agree bitwise whatever their width and however columns are grouped.
/// With weights of 8 or 4 bits it is a chain over the blocks in order: within a block the products of integers add up exactly, and then count scale · step each.
/// </remarks>
internal unsafe struct PanelArguments
{
    /// <summary>The packed panel.</summary>
    public byte* Panel;

    /// <summary>The panel likely to be used next, to fetch ahead; null: none.</summary>
    public byte* NextPanel;

    /// <summary>Blocks of 32 inputs.</summary>
    public int Blocks;

    /// <summary>48 biases, or null for 0.</summary>
    public float* Bias;

    /// <summary>Activations of the first column; read to whole blocks.</summary>
    public float* X;

    /// <summary>Floats from one column's activations to the next.</summary>
    public nint XStride;

    /// <summary>Weights of 8 or 4 bits: the first column's activations as <see cref="Rounding"/> makes them, instead of <see cref="X"/>.</summary>
    public short* Rounded;

    /// <summary>Integers from one column's activations to the next.</summary>
    public nint RoundedStride;

    /// <summary>Weights of 8 or 4 bits: the steps of the first column's blocks.</summary>
    public float* Steps;

    /// <summary>Weights of 4 bits: what the products of a block of the first column begin with, since weights are stored as nibbles from 0; 0 where they are meant so.</summary>
    public int* Offsets;

    /// <summary>Numbers from one column's steps, or offsets, to the next.</summary>
    public nint StepStride;

    /// <summary>Number of columns.</summary>
    public int Columns;

    /// <summary>48 outputs of the first column.</summary>
    public float* Y;

    /// <summary>Floats from one column's outputs to the next.</summary>
    public nint YStride;

    /// <summary>Whether the sums are added to what Y holds.</summary>
    public bool Add;
}

/// <summary>The kernels of one instruction set.</summary>
internal sealed unsafe class PanelKernels(
    string name,
    delegate*<in PanelArguments, void> f32,
    delegate*<in PanelArguments, void> bf16,
    delegate*<in PanelArguments, void> q8,
    delegate*<in PanelArguments, void> q4)
{
    public string Name { get; } = name;

    /// <summary>The widest this machine runs.</summary>
    public static PanelKernels Best { get; } = All()[^1];

    /// <summary>Those this machine runs, the scalar ones first, wider ones later.</summary>
    public static IReadOnlyList<PanelKernels> All()
    {
        List<PanelKernels> all = [new("scalar", &ScalarKernel.F32, &ScalarKernel.Bf16, &ScalarKernel.Q8, &ScalarKernel.Q4)];
        // without a fused multiply-add in hardware narrow vectors would be slower than none
        if (AdvSimd.Arm64.IsSupported || Fma.IsSupported) all.Add(new("Vector128", &Kernel128<F32Format128>.Run, &Kernel128<Bf16Format128>.Run, &Q8Kernel128.Run, &Q4Kernel128.Run));
        if (Avx2.IsSupported && Fma.IsSupported) all.Add(new("Vector256", &Kernel256<F32Format256>.Run, &Kernel256<Bf16Format256>.Run, &Q8Kernel256.Run, &Q4Kernel256.Run));
        if (Vector512.IsHardwareAccelerated && Q8Kernel512.IsSupported) all.Add(new("Vector512", &Kernel512<F32Format512>.Run, &Kernel512<Bf16Format512>.Run, &Q8Kernel512.Run, &Q4Kernel512.Run));
        return all;
    }

    public delegate*<in PanelArguments, void> For(WeightFormat format) => format switch
    {
        WeightFormat.F32 => f32,
        WeightFormat.BF16 => bf16,
        WeightFormat.Q8 => q8,
        _ => q4,
    };
}
