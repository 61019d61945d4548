using System.Text;

namespace DecodeAlign.Tests;

/// <summary>Writes small ONNX files: the few fields of its protocol buffers that a table, a mean and a linear layer need (opset 13).</summary>
internal static class OnnxFile
{
    private const int Float = 1, Int64 = 7;

    /// <summary>Each token's row of a table, as <c>last_hidden_state</c>.</summary>
    public static byte[] Embedder(float[][] table, string[]? inputs = null, string output = "last_hidden_state") =>
        Model([Node("Gather", ["table", "input_ids"], output)], [Tensor("table", table)], inputs ?? ["input_ids", "attention_mask", "token_type_ids"], (output, [1, -1, table[0].Length]));

    /// <summary>The mean of a text's rows, times weights, plus a bias, as <c>logits</c>.</summary>
    public static byte[] Classifier(float[][] table, float[][] weights, float[] bias) => Model(
        [Node("Gather", ["table", "input_ids"], "rows"), Node("ReduceMean", ["rows"], "mean", Integers("axes", [1]), Integer("keepdims", 0)), Node("MatMul", ["mean", "weights"], "product"), Node("Add", ["product", "bias"], "logits")],
        [Tensor("table", table), Tensor("weights", weights), Tensor("bias", bias)], ["input_ids", "attention_mask"], ("logits", [1, bias.Length]));

    private static byte[] Model(byte[][] nodes, byte[][] tensors, string[] inputs, (string Name, int[] Shape) output)
    {
        byte[] graph =
        [
            .. nodes.SelectMany(node => Field(1, node)), .. Field(2, "made"), .. tensors.SelectMany(tensor => Field(5, tensor)),
            .. inputs.SelectMany(input => Field(11, Value(input, Int64, [1, -1]))), .. Field(12, Value(output.Name, Float, output.Shape)),
        ];
        return [.. Number(1, 8), .. Field(8, [.. Field(1, ""), .. Number(2, 13)]), .. Field(7, graph)];
    }

    private static byte[] Node(string type, string[] inputs, string output, params byte[][] attributes) =>
        [.. inputs.SelectMany(input => Field(1, input)), .. Field(2, output), .. Field(4, type), .. attributes.SelectMany(attribute => Field(5, attribute))];

    private static byte[] Integer(string name, long value) => [.. Field(1, name), .. Number(3, value), .. Number(20, 2)];

    private static byte[] Integers(string name, long[] values) => [.. Field(1, name), .. values.SelectMany(value => Number(8, value)), .. Number(20, 7)];

    private static byte[] Tensor(string name, float[][] rows) => Tensor(name, [rows.Length, rows[0].Length], [.. rows.SelectMany(row => row)]);

    private static byte[] Tensor(string name, float[] values) => Tensor(name, [values.Length], values);

    private static byte[] Tensor(string name, int[] shape, float[] values) =>
        [.. shape.SelectMany(length => Number(1, length)), .. Number(2, Float), .. Field(8, name), .. Field(9, [.. values.SelectMany(BitConverter.GetBytes)])];

    // a length below 0 has a name instead
    private static byte[] Value(string name, int type, int[] shape) =>
        [.. Field(1, name), .. Field(2, Field(1, [.. Number(1, type), .. Field(2, [.. shape.SelectMany((length, i) => Field(1, length < 0 ? Field(2, $"n{i}") : Number(1, length)))])]))];

    private static byte[] Field(int number, string text) => Field(number, Encoding.UTF8.GetBytes(text));

    private static byte[] Field(int number, byte[] content) => [.. Varint((ulong)number << 3 | 2), .. Varint((ulong)content.Length), .. content];

    private static byte[] Number(int number, long value) => [.. Varint((ulong)number << 3), .. Varint((ulong)value)];

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 128; value >>= 7) bytes.Add((byte)(value | 128));
        bytes.Add((byte)value);
        return [.. bytes];
    }
}
