using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using DecodeAlign.Models;

namespace DecodeAlign.Tests;

/// <summary>A checkpoint as ArmoRM's class writes it (its parameters' names and shapes), of random weights: the gated score against the same in double precision over whole texts.</summary>
public class GatedRewardTests
{
    private const int Objectives = 3, Width = 5, Hidden = 2;

    private static readonly TransformerDescription Llama = Descriptions.Llama with { HiddenSize = 48, HeadSize = 8, LayerCount = 4, TiedEmbeddings = false, RewardCount = Objectives + Width };

    private static readonly string Config = $$"""
        {"architectures":["LlamaForRewardModelWithGating"],"model_type":"llama","vocab_size":101,"hidden_size":48,"intermediate_size":70,"num_hidden_layers":4,"num_attention_heads":6,"num_key_value_heads":2,
        "max_position_embeddings":96,"rms_norm_eps":1e-5,"eos_token_id":2,"num_objectives":{{Objectives}},"gating_hidden_dim":{{Width}},"gating_n_hidden":{{Hidden}},"gating_temperature":0.5}
        """;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Output_OfAGatedCheckpoint_IsTheGatesSumOfTheObjectives(bool transformed)
    {
        var random = new RandomWeights(Llama, 5);
        var gate = Gate(transformed);
        using var folder = new TempFolder();
        HubFolder.Write(folder, Config, [.. Tensors(random), .. gate], "F32", 2);
        var read = RewardGate.Read(folder.Path)!;
        Assert.Equal((Objectives, Width), (read.Objectives, read.Width));

        var letters = new LetterTokenizer(101);
        using var weights = ModelFolder.Open(folder.Path).OpenWeights();
        await using var reward = new EngineModel(Engines.Load(weights), letters);
        await using var model = new EngineModel(Engines.Load(new RandomWeights(Descriptions.Llama, 1)), letters);
        // the prompt's turn ends where these two follow each other for the last time; what comes before holds them once, too
        var (marker, before, after) = (letters.Decode([50, 51]), letters.Decode([9, 50, 51, 8]), letters.Decode([77]));
        var rewards = new RewardModel(reward, new()
        {
            Name = "armo", Outputs = RewardOutput.Named("help", "truth", "verbosity"), Layout = prompt => new(before + prompt + marker, after),
            Gating = new(read.Width, marker, inputs => read.Coefficients(inputs.Span)),
        });
        var prompt = letters.Decode([7, 100, 4]);
        var result = await new Decoder(model).GenerateAsync(new DecodingRequest
        {
            Prompt = prompt, Heuristics = [new(rewards.Output()), new(rewards.Output("verbosity"), 0)],
        }.With(SearchSetup.Deal(beam: 2, candidates: 3, lookahead: 2, lambda: 3) with { MaxTokens = 6 }));

        var reference = new ReferenceTransformer(random);
        var seen = new HashSet<double>();
        foreach (var answer in result.Answers)
        {
            int[] whole = [9, 50, 51, 8, 7, 100, 4, 50, 51, .. answer.Ids.Where(id => id != 2), 77];
            var (end, atPrompt) = (reference.Run(whole), reference.Run(whole.AsSpan(..8))[Objectives..]);
            Assert.Equal(Score(end[..Objectives], atPrompt, gate, transformed), answer.Heuristics[0].Value, 1e-4);
            Assert.Equal(end[2], answer.Heuristics[1].Value, 1e-4);
            Assert.Equal(["armo#score", "armo#verbosity"], answer.Heuristics.Select(value => value.Name));
            seen.Add(answer.Heuristics[0].Value);
        }
        Assert.True(seen.Count > 1);
    }

    [Fact]
    public async Task Checkpoint_WhoseGateIsBroken_IsNamed()
    {
        var random = new RandomWeights(Llama, 5);
        using var folder = new TempFolder();
        HubFolder.Write(folder, Config, [.. Tensors(random), .. Gate(true).Where(tensor => tensor.Name != "gating.layers.2.bias")], "F32", 1);
        Assert.Contains("gating.layers.2.bias", Assert.Throws<ModelFormatException>(() => RewardGate.Read(folder.Path)).Message, StringComparison.Ordinal);
        HubFolder.Write(folder, Config, [.. Tensors(random), .. Gate(true).Select(tensor => tensor.Name == "reward_transform_matrix" ? tensor with { Shape = [9] } : tensor)], "F32", 1);
        Assert.Contains("has shape (9), the config asks for (3, 3)", Assert.Throws<ModelFormatException>(() => RewardGate.Read(folder.Path)).Message, StringComparison.Ordinal);
        HubFolder.Write(folder, Config.Replace("RewardModelWithGating", "SequenceClassification", StringComparison.Ordinal), [], "F32", 1);
        Assert.Null(RewardGate.Read(folder.Path));

        // a layout without the place that the gate reads
        var letters = new LetterTokenizer(101);
        await using var reward = new EngineModel(Engines.Load(random), letters);
        var rewards = new RewardModel(reward, new() { Gating = new(Width, letters.Decode([50, 51]), _ => [1, 1, 1]) });
        await using var model = new EngineModel(Engines.Load(new RandomWeights(Descriptions.Llama, 1)), letters);
        var fault = await Assert.ThrowsAsync<HeuristicException>(() => new Decoder(model).GenerateAsync(new DecodingRequest { Prompt = letters.Decode([7]), Heuristics = [new(rewards.Output())] }.With(SearchSetup.Greedy with { MaxTokens = 2 })));
        Assert.Contains("chat template", fault.Message, StringComparison.Ordinal);
    }

    // regression_layer and the gate's first layer are one below the other in the head that the reference runs
    private static IEnumerable<NamedTensor> Tensors(RandomWeights random) => HubFolder.Llama(random).SelectMany(tensor => tensor.Name != "score.weight" ? [tensor] : (NamedTensor[])
    [
        new("regression_layer.weight", [Objectives, 48], tensor.Values[..(Objectives * 48)]),
        new("gating.layers.0.weight", [Width, 48], tensor.Values[(Objectives * 48)..]),
    ]);

    private static NamedTensor[] Gate(bool transformed)
    {
        var random = new Random(3);
        NamedTensor Draw(string name, params int[] shape) => new(name, shape, [.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(_ => 2 * random.NextSingle() - 1)]);
        return
        [
            Draw("gating.layers.0.bias", Width), Draw("gating.layers.1.weight", Width, Width), Draw("gating.layers.1.bias", Width), Draw("gating.layers.2.weight", Objectives, Width), Draw("gating.layers.2.bias", Objectives),
            new("gating.logit_scale", [1], [1.5f]), .. transformed ? [Draw("reward_transform_matrix", Objectives, Objectives)] : (NamedTensor[])[],
        ];
    }

    // as the class's forward has it: softmax of the layers with ReLU between, times the scale; rewards @ transform; their products' sum
    private static double Score(double[] rewards, double[] first, NamedTensor[] gate, bool transformed)
    {
        float[] Tensor(string name) => gate.First(tensor => tensor.Name == name).Values;
        double[] Linear(double[] x, int layer) => [.. Tensor($"gating.layers.{layer}.bias").Select((bias, o) => bias + x.Select((value, i) => value * Tensor($"gating.layers.{layer}.weight")[o * x.Length + i]).Sum())];
        double[] Relu(double[] x) => [.. x.Select(value => Math.Max(0, value))];
        var state = Linear(Relu(Linear(Relu([.. first.Zip(Tensor("gating.layers.0.bias"), (value, bias) => value + bias)]), 1)), 2);
        var weights = state.Select(value => Math.Exp(value / 0.5)).ToArray();
        double[] adjusted = [.. Enumerable.Range(0, Objectives).Select(k => transformed ? rewards.Select((reward, j) => reward * Tensor("reward_transform_matrix")[j * Objectives + k]).Sum() : rewards[k])];
        return 1.5 * adjusted.Zip(weights, (value, weight) => value * weight / weights.Sum()).Sum();
    }
}
