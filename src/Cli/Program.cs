using System.Globalization;
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
    In = Console.IsInputRedirected ? Streams.In(Console.OpenStandardInput()) : Console.In,
    Out = Console.IsOutputRedirected ? Streams.Out(Console.OpenStandardOutput()) : Console.Out,
    Error = Console.Error,
    InputIsTerminal = !Console.IsInputRedirected,
    OutputIsTerminal = !Console.IsOutputRedirected,
    ErrorIsTerminal = !Console.IsErrorRedirected,
    Width = Width(),
    Colours = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")),
    Folder = Environment.CurrentDirectory,
    Stop = stop.Token,
};
return await CommandLine.RunAsync(args, terminal, new ModelSource(terminal), cancel.Token).ConfigureAwait(false);

// the first interrupt asks for the best text so far, the second ends at once
void Interrupt(PosixSignalContext context)
{
    context.Cancel = true;
    (stop.IsCancellationRequested ? cancel : stop).Cancel();
}

// what COLUMNS says, the terminal's, or that of files
static int Width()
{
    var width = int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), NumberStyles.None, CultureInfo.InvariantCulture, out var columns) ? columns : Console.IsOutputRedirected ? 0 : Console.WindowWidth;
    return width <= 0 ? Terminal.WidthOfFiles : Math.Clamp(width, 40, 200);
}
