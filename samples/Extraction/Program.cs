using DecodeAlign.Hosting;
using DecodeAlign.Samples;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

// A typed record out of a text: the type's JSON schema is a hard constraint, checked in every token, so that dates are dates, enums are members, and the object always parses.
// The embedded story model can't read invoices; a path to an instruction model's folder as the first argument makes the values right, too.
var folder = args.Length > 0 ? args[0] : "embedded";
await using var services = new ServiceCollection()
    .AddDecodeAlign(build => build
        .AddModel("reader", model => model.Folder = folder)
        .AddDecoder("extract", decoder => (decoder.Preset, decoder.MaxTokens) = ("greedy", 160)))
    .BuildServiceProvider();
var client = services.GetRequiredService<IChatClient>();

const string Mail = "Invoice A-1042 of 3 March 2026 over 249.90 EUR, payable by 2 April 2026. Thank you, it has not been paid yet.";
var invoice = (await client.GetResponseAsync<Invoice>($"Read this invoice.\n{Mail}\nAs JSON:")).Result;
Console.WriteLine($"number {invoice.Number}, date {invoice.Date:yyyy-MM-dd}, due {invoice.Due:yyyy-MM-dd}, {invoice.Total} {invoice.Currency}, paid: {invoice.IsPaid}");
