using System.Runtime.InteropServices;

namespace Residuum.Cli;

/// <summary>
/// Turns the first Ctrl-C, or a request to end, into a cancellation, so that a checkpoint can be saved; the second one ends the process.
/// </summary>
sealed class Interruption : IDisposable
{
    readonly CancellationTokenSource _source;
    readonly PosixSignalRegistration[] _registrations;

    public Interruption(CancellationToken other)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(other);
        _registrations =
            [PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle)];
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _source.Dispose();
    }

    void Handle(PosixSignalContext context)
    {
        context.Cancel = !_source.IsCancellationRequested;
        _source.Cancel();
    }
}
