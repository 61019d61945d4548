using System.Runtime.InteropServices;
using System.Text;
using DecodeAlign.Cli;

if (OperatingSystem.IsWindows()) Console.OutputEncoding = Encoding.UTF8;
using var stop = new CancellationTokenSource();
using var cancel = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
var terminal = new Terminal
{
    In = Console.In,
    Out = Console.Out,
    Error = Console.Error,
    InputIsTerminal = !Console.IsInputRedirected,
    OutputIsTerminal = !Console.IsOutputRedirected,
    ErrorIsTerminal = !Console.IsErrorRedirected,
    Stop = stop.Token,
};
return await CommandLine.RunAsync(args, terminal, new ModelSource(terminal), cancel.Token).ConfigureAwait(false);

// the first interrupt asks for the best text so far, the second ends at once
void Interrupt(PosixSignalContext context)
{
    context.Cancel = true;
    (stop.IsCancellationRequested ? cancel : stop).Cancel();
}
