using System.CommandLine;
using System.Text.RegularExpressions;

namespace DecodeAlign.Cli;

/// <summary>Options that let TorchSharp run the model, on a GPU.</summary>
internal sealed partial class DeviceArguments
{
    private static readonly string[] DataTypes = ["f32", "bf16", "f16"];

    private readonly Option<string?> _device = new("--device") { Description = "Run the model on a GPU: cuda or cuda:1. TorchSharp runs it there, or with cpu on the processor. Needs a build with -p:Torch=cuda-windows, cuda-linux or cpu, or libtorch beside the program. Default: the managed engine, on the processor.", HelpName = "DEVICE" };
    private readonly Option<string?> _dataType = new("--dtype") { Description = "With --device, how weights and KV cache are stored: f32, bf16 or f16. Default f32.", HelpName = "TYPE" };

    public void AddTo(HelpfulCommand command) => command.Add(OptionGroup.Model, [_device], [_dataType]);

    /// <summary>Null where no device is named.</summary>
    public DeviceSettings? Read(ParseResult parsed)
    {
        var (device, dataType) = (parsed.GetValue(_device), parsed.GetValue(_dataType));
        if (device is null) return dataType is null ? null : throw new UsageException("--dtype: goes with --device; the managed engine has --weight-format and --kv-format");
        if (!DeviceName().IsMatch(device)) throw new UsageException($"--device: must be cpu, cuda or cuda:N; it is '{device}'");
        if (dataType is not null && !DataTypes.Contains(dataType)) throw new UsageException($"--dtype: must be f32, bf16 or f16; it is '{dataType}'");
        return new(device, dataType ?? "f32");
    }

    [GeneratedRegex("^(cpu|cuda(:[0-9]{1,3})?)$")]
    private static partial Regex DeviceName();
}
