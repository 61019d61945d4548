using DecodeAlign.Benchmarks;
using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using DecodeAlign.Models;

namespace DecodeAlign.Experiments;

/// <summary>
/// A small trained model at the pace of a large shape: each pass also runs the same rows and reads through random weights of that shape, and throws their answers away. So a
/// search meets distributions as they are in a language, and the arithmetic of a model whose weights are not at hand.
/// </summary>
internal static class PacedModel
{
    public static ILanguageModel Load(string folder, string shape, WeightFormat format, int threads)
    {
        var options = new CpuEngineOptions { Threads = threads, KvBudgetBytes = 2L << 30, PrefixCacheBytes = 0 };
        var tokenizer = TokenizerLoader.Load(folder);
        using var weights = ModelFolder.Open(folder).OpenWeights();
        using var random = new RandomWeights(Shapes.Of(shape));
        return new EngineModel(new Engine(CpuEngine.Load(weights, options, tokenizer.Fingerprint), CpuEngine.Load(random, options with { WeightFormat = format }, "")), tokenizer);
    }

    private sealed class Engine(CpuEngine trained, CpuEngine pace) : IInferenceEngine
    {
        public ModelFacts Facts { get; } = trained.Facts with { RowsPerPass = pace.Facts.RowsPerPass };

        public int MaxRows => trained.MaxRows;

        public IEngineSession Open(TokenTree tree, int maxNodes) => new Session(trained.Open(tree, maxNodes), pace.Open(tree, maxNodes));

        public void Forward(ReadOnlySpan<ForwardRow> rows, ReadOnlySpan<EvaluationRequest> reads)
        {
            var (own, paced, thrown) = (new ForwardRow[rows.Length], new ForwardRow[rows.Length], new EvaluationRequest[reads.Length]);
            for (var i = 0; i < rows.Length; i++)
            {
                own[i] = rows[i] with { Session = ((Session)rows[i].Session).Trained };
                paced[i] = rows[i] with { Session = ((Session)rows[i].Session).Pace };
            }
            for (var i = 0; i < reads.Length; i++) thrown[i] = new() { Node = reads[i].Node, Top = new TokenLogProbability[Math.Max(1, reads[i].Top.Length)] };
            trained.Forward(own, reads);
            pace.Forward(paced, thrown);
        }

        public void Dispose()
        {
            trained.Dispose();
            pace.Dispose();
        }
    }

    private sealed class Session(IEngineSession trained, IEngineSession pace) : IEngineSession
    {
        public IEngineSession Trained => trained;

        public IEngineSession Pace => pace;

        public TokenTree Tree => trained.Tree;

        public long KvBytes => pace.KvBytes;

        public bool Holds(int node) => trained.Holds(node);

        public void Free(int node)
        {
            trained.Free(node);
            pace.Free(node);
        }

        public void Dispose()
        {
            trained.Dispose();
            pace.Dispose();
        }
    }
}
