using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using DecodeAlign.Torch;

namespace DecodeAlign.Tests;

/// <summary>
/// Which members of TorchSharp the engine calls, read from its assembly (libtorch's own C interface, which it calls too, tells failures by codes). Each of them turns a native failure into an exception; <c>matmul</c>, for
/// one, ends the process instead. None makes a Scalar in passing (a number given to an operator, <c>add_</c> without a factor) or waits for the
/// device to tell a shape or an item. A new operator has its native code read before it is listed here.
/// </summary>
public class OperatorTests
{
    private static readonly string[] Known =
    [
        // a pass
        "Tensor.addcmul", "Tensor.addcmul_", "Tensor.alias", "Tensor.as_strided", "Tensor.bitwise_and_", "Tensor.bitwise_right_shift", "Tensor.bmm", "Tensor.copy_", "Tensor.cpu", "Tensor.expand", "Tensor.gelu", "Tensor.index_copy_",
        "Tensor.index_fill_", "Tensor.index_select", "Tensor.logsumexp", "Tensor.masked_fill", "Tensor.mul", "Tensor.mul_", "Tensor.narrow", "Tensor.permute", "Tensor.reshape",
        "Tensor.select", "Tensor.silu_", "Tensor.t", "Tensor.tanh_", "Tensor.to", "Tensor.to_type", "Tensor.topk", "Tensor.unsqueeze", "Tensor.view", "Tensor.view_as_complex", "Tensor.get_bytes",
        "functional.layer_norm", "functional.linear", "functional.scaled_dot_product_attention", "special.softmax", "torch.cat", "torch.inference_mode", "torch.polar", "torch.where", "cuda.synchronize",
        // loading, and memory
        "Tensor.DetachFromDisposeScope", "Tensor.Dispose", "Tensor.UnsafeCreateTensor", "Tensor.get_Handle", "Tensor.pin_memory", "torch.NewDisposeScope", "torch.empty", "torch.no_grad", "torch.ones",
        "torch.set_num_threads", "torch.tensor", "torch.zeros", "cuda.device_count", "cuda.is_available", "Device..ctor", "Device.get_type", "Scalar.Dispose",
        "ScalarExtensionMethods.ToScalar",
    ];

    [Fact]
    public void Assembly_MembersOfTorchSharp_AreKnownToFailSafely()
    {
        var used = Used();
        Assert.Contains("functional.linear", used);
        Assert.Empty(used.Except(Known));
    }

    /// <summary>In a step these cost microseconds each, or wait for the device. They are nowhere in the assembly, whatever the list above comes to hold.</summary>
    [Theory]
    [InlineData("Tensor", "get_shape", "get_sizes", "size", "item", "ToScalar", "ToSingle", "ToInt64", "ToDouble", "data", "op_Addition", "op_Subtraction", "op_Multiply", "op_Division", "add_", "sub_", "matmul")]
    [InlineData("Scalar", "op_Implicit")]
    [InlineData("TensorExtensionMethods", "item", "ToScalar", "ToSingle", "ToInt64", "data")]
    public void Assembly_ShapesItemsAndImplicitScalars_AreNotUsed(string type, params string[] members)
    {
        var used = Used();
        Assert.Empty(members.Select(member => $"{type}.{member}").Intersect(used));
    }

    private static HashSet<string> Used()
    {
        using var stream = File.OpenRead(typeof(TorchEngine).Assembly.Location);
        using var file = new PEReader(stream);
        var metadata = file.GetMetadataReader();
        return [.. metadata.MemberReferences.Select(metadata.GetMemberReference).Select(member => Name(metadata, member)).OfType<string>()];
    }

    private static string? Name(MetadataReader metadata, MemberReference member)
    {
        if (member.Parent.Kind != HandleKind.TypeReference) return null;
        var type = metadata.GetTypeReference((TypeReferenceHandle)member.Parent);
        var outermost = type;
        while (outermost.ResolutionScope.Kind == HandleKind.TypeReference) outermost = metadata.GetTypeReference((TypeReferenceHandle)outermost.ResolutionScope);
        var isTorchSharp = outermost.ResolutionScope.Kind == HandleKind.AssemblyReference
            && metadata.GetString(metadata.GetAssemblyReference((AssemblyReferenceHandle)outermost.ResolutionScope).Name) == "TorchSharp";
        return isTorchSharp ? $"{metadata.GetString(type.Name)}.{metadata.GetString(member.Name)}" : null;
    }
}
