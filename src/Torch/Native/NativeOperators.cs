using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DecodeAlign.Torch;

/// <summary>
/// Operators that libtorch's stable C interface has and its binding has not, or dearly: results go into tensors that are kept. The handle of a
/// binding's tensor is one of the interface's. Failures come as codes; libtorch writes the message to standard error.
/// </summary>
internal static unsafe partial class NativeOperators
{
    private const string Library = "torch_cpu";

    /// <summary>Matrix product of (rows, inputs) and (inputs, outputs), into a tensor.</summary>
    public static void Product(Tensor result, nint left, Tensor right) => Check(aoti_torch_mm_out(result.Handle, left, right.Handle));

    /// <summary>Adds the matrix product, scaled, to what is there, or to a bias.</summary>
    public static void AddProduct(Tensor result, Tensor addend, nint left, Tensor right, float scale = 1) => Check(aoti_torch_addmm_out(result.Handle, addend.Handle, left, right.Handle, 1, scale));

    /// <summary>Copies values, converting them.</summary>
    public static void Copy(Tensor target, Tensor source) => Check(aoti_torch_copy_(target.Handle, source.Handle, 0));

    /// <summary>RMS norm over the last dimension, in one operator.</summary>
    /// <param name="input">(…, size).</param>
    /// <param name="size">The last dimension.</param>
    /// <param name="weight">(size); null: 1.</param>
    /// <param name="epsilon">Added to the mean square.</param>
    public static Tensor RmsNorm(Tensor input, long size, Tensor? weight, double epsilon) => Tensor.UnsafeCreateTensor(RmsNormHandle(input, size, weight, epsilon));

    /// <summary>The same as a handle, which the caller deletes: without an object of the binding around it.</summary>
    public static nint RmsNormHandle(Tensor input, long size, Tensor? weight, double epsilon)
    {
        var weightHandle = weight?.Handle ?? 0;
        nint result = 0, deviation = 0;
        Check(aoti_torch_cpu__fused_rms_norm(input.Handle, &size, 1, weight is null ? null : &weightHandle, &epsilon, &result, &deviation));
        Delete(deviation);
        return result;
    }

    /// <summary>Frees a tensor that is there as a handle.</summary>
    public static void Delete(nint handle) => Check(aoti_torch_delete_tensor_object(handle));

    private static void Check(int code, [CallerMemberName] string operation = "")
    {
        if (code != 0) throw new InvalidOperationException($"libtorch: {operation} failed, for lack of memory or else; its message is on standard error");
    }

    [LibraryImport(Library)]
    private static partial int aoti_torch_mm_out(nint result, nint left, nint right);

    [LibraryImport(Library)]
    private static partial int aoti_torch_addmm_out(nint result, nint addend, nint left, nint right, float beta, float alpha);

    [LibraryImport(Library)]
    private static partial int aoti_torch_copy_(nint target, nint source, int nonBlocking);

    [LibraryImport(Library)]
    private static partial int aoti_torch_cpu__fused_rms_norm(nint input, long* shape, long dimensions, nint* weight, double* epsilon, nint* result, nint* deviation);

    [LibraryImport(Library)]
    private static partial int aoti_torch_delete_tensor_object(nint tensor);
}
