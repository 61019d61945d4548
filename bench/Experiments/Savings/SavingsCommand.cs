using System.CommandLine;
using DecodeAlign.Cpu;

namespace DecodeAlign.Experiments;

/// <summary><c>savings</c>: what the savings of the search cost and save, the output being the same.</summary>
internal static class SavingsCommand
{
    public static Command Create()
    {
        var models = new Option<string[]>("--model") { Description = "Model folders. Default, without --paced: the embedded model.", AllowMultipleArgumentsPerToken = true };
        var prompts = new Option<int>("--prompts") { Description = "Prompts, at most 20.", DefaultValueFactory = _ => 20 };
        var tokens = new Option<int>("--max-tokens") { Description = "Tokens a text.", DefaultValueFactory = _ => 40 };
        var threads = new Option<int>("--threads") { Description = "Threads that compute; 0: one for each processor." };
        var file = new Option<string>("--out") { Description = "JSON Lines of all figures. What stands there already is not measured again, so that a run can be resumed.", DefaultValueFactory = _ => "savings.jsonl" };
        var rewards = new Option<string[]>("--reward") { Description = "Only these of coverage, sentiment and unbounded.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => SavingsRewards.Names };
        rewards.AcceptOnlyFromAmong(SavingsRewards.Names);
        var minutes = new Option<double>("--minutes") { Description = "Begin no other table after so many minutes; run the command again to go on.", DefaultValueFactory = _ => double.PositiveInfinity };
        var paced = new Option<string?>("--paced") { Description = "Wall time on a larger shape, whose random weights are computed beside this model folder's, with the distributions of the latter." };
        var shape = new Option<string>("--shape") { Description = "That shape.", DefaultValueFactory = _ => "SmolLM2-135M" };
        var format = new Option<WeightFormat>("--weight-format") { Description = "Its weights.", DefaultValueFactory = _ => WeightFormat.F32 };
        var tables = new Option<string?>("--tables") { Description = "Write all tables of --out to this page, such as docs/savings-tables.md." };
        var command = new Command("savings", "Token evaluations, passes and wall time of DeAL with each saving, all of them, and none; outputs are asserted to be the same.") { models, prompts, tokens, threads, file, rewards, minutes, paced, shape, format, tables };
        command.SetAction((parsed, cancellationToken) => SavingsExperiment.RunAsync(
            new(parsed.GetValue(models)!, Math.Clamp(parsed.GetValue(prompts), 1, 20), parsed.GetValue(tokens), parsed.GetValue(threads), parsed.GetValue(file)!, parsed.GetValue(rewards)!, parsed.GetValue(minutes), parsed.GetValue(paced), parsed.GetValue(shape)!, parsed.GetValue(format), parsed.GetValue(tables)), cancellationToken));
        return command;
    }
}
