namespace DecodeAlign.Torch;

/// <summary>What the matrices of a block read, as a handle, freed at the end: a tensor's, or one without an object of the binding around it. By default there is none.</summary>
internal readonly struct BlockInput : IDisposable
{
    private readonly Tensor? _tensor;

    public BlockInput(Tensor tensor) => (_tensor, Handle) = (tensor, tensor.Handle);

    public BlockInput(nint handle) => Handle = handle;

    public nint Handle { get; }

    public void Dispose()
    {
        if (_tensor is not null) _tensor.Dispose();
        else if (Handle != 0) NativeOperators.Delete(Handle);
    }
}
